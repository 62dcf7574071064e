"""Crossings of thresholds: one for each, however often the worker that finds it is killed."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest
import redis

from services.engager.profiles.profile import decode_profile
from services.engager.profiles.steps import ProfileKey
from services.engager.profiles.store import build_profile_key
from shared import keys
from shared.clock import DAY_MS, system_clock
from shared.log.entry import FIELD, LoggedMessage, Messages, decode_entry
from shared.log.partition import PARTITIONS, compute_partition
from shared.rules.scores import CROSSED, ScoreDefinition, ScoreRule, Threshold
from tests.builders import make_message, make_site, make_snapshot
from tests.conftest import ValkeyServer
from tests.integration.engager.builders import log_messages, make_campaign, viewed
from tests.integration.engager.test_workers import VISITORS, is_settled
from tests.processes import Service, make_environment, publish_snapshot, run_service, wait_for

HEAT = ScoreDefinition(
    id="heat",
    name="Heat",
    half_life_days=1.0,
    rules=[ScoreRule(event="Product Viewed", points=1)],
    thresholds=[Threshold(id="warm", name="Warm", value=4.5)],
)


def read_crossings(valkey_url: str) -> list[LoggedMessage]:
    """Return every crossing in the log, those told twice too."""
    found = []
    with redis.Redis.from_url(valkey_url, protocol=2) as client:
        for partition in range(PARTITIONS):
            for _, fields in client.xrange(keys.log_stream(partition)):
                entry = decode_entry(fields[FIELD])
                groups = entry.groups if isinstance(entry, Messages) else []
                found += [one for group in groups for one in group.messages if one.message_id.startswith("score:")]
    return found


def count_kept(valkey_url: str, visitor_id: str) -> int:
    """Return how many crossings stand in a visitor's profile."""
    partition = compute_partition("shop", visitor_id, None)
    with redis.Redis.from_url(valkey_url, protocol=2) as client:
        raw = client.get(build_profile_key(partition, ProfileKey("shop", False, visitor_id)))
    assert raw is None or isinstance(raw, bytes)
    return sum(event.event == CROSSED for event in decode_profile(raw).history.load_events())


@pytest.mark.crash
def test_a_killed_worker_tells_each_crossing_once(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    url = valkey_server.url
    publish_snapshot(url, make_snapshot(make_site(campaigns=[make_campaign()], scores=[HEAT])))
    service = Service("engager", make_environment(url, tmp_path)).start()
    try:
        for number in range(6):
            for visitor_id in VISITORS:
                log_messages(url, viewed(f"{visitor_id}-{number}", anonymousId=visitor_id))
            if number % 2:
                service.kill()
                service.start()
        wait_for(lambda: is_settled(url), "the log applied", 40)
        told = read_crossings(url)
        whose = Counter(
            msgspec.json.decode(one.raw)["anonymousId"] for one in {one.message_id: one for one in told}.values()
        )
        assert whose == Counter(VISITORS)
        assert [count_kept(url, visitor_id) for visitor_id in VISITORS] == [1] * len(VISITORS)
    finally:
        service.kill()


def test_a_threshold_is_crossed_again_only_after_the_score_fell_well_below(
    valkey_server: ValkeyServer, tmp_path: Path
) -> None:
    url = valkey_server.url
    publish_snapshot(url, make_snapshot(make_site(campaigns=[make_campaign()], scores=[HEAT])))
    now = system_clock()
    with run_service("engager", make_environment(url, tmp_path)):

        def views(name: str, count: int, days_ago: float) -> None:
            at = round(now - days_ago * DAY_MS)
            log_messages(url, *(viewed(f"{name}-{number}") for number in range(count)), at=at)
            wait_for(lambda: is_settled(url), "the log applied")

        views("a", 5, 9)  # 5: crossed
        assert len(read_crossings(url)) == 1
        views("b", 1, 8.9)  # 5.7: still above
        views("c", 1, 8.5)  # 5.3
        views("d", 1, 8.3)  # 5.6, before it 4.6
        assert len(read_crossings(url)) == 1
        views("e", 2, 7.4)  # 5, having been 3, which is below 3.6
        assert len(read_crossings(url)) == 2
        views("f", 5, 1)  # of which nothing is left
        assert len(read_crossings(url)) == 3
        # Linked, the user has what the visitor crossed: nothing is told a second time.
        log_messages(url, make_message(type="identify", event=None, messageId="i", userId="ann", timestamp=None))
        wait_for(lambda: is_settled(url), "the log applied")
        views("g", 1, 0.9)
        told = [msgspec.json.decode(one.raw) for one in read_crossings(url)]
        assert [one["timestamp"] for one in told] == sorted(one["timestamp"] for one in told) and len(told) == 3
        assert told[0]["properties"] == {
            "score_id": "heat",
            "threshold_id": "warm",
            "threshold_name": "Warm",
            "threshold": 4.5,
            "value": 5.0,
        }
