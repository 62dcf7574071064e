"""Stages by day rules: each border to the millisecond, whatever the rules; and snapshots from before there were any."""

import msgspec
import pytest

from shared.clock import DAY_MS
from shared.rules.lifecycle import PUBLISHED, StageRules, find_stage
from shared.snapshot.model import Site

NOW = 1_780_000_000_000
OWN = StageRules(loyal_orders=2, loyal_ms=30 * DAY_MS, at_risk_ms=10 * DAY_MS, dormant_ms=20 * DAY_MS)


def stage_of(rules: StageRules, *ages_ms: int, is_known: bool = True) -> str | None:
    return find_stage([NOW - age for age in ages_ms], rules, is_known=is_known, now=NOW)


@pytest.mark.parametrize(
    ("ages_ms", "published", "own"),
    [
        ((5 * DAY_MS,), "first", "first"),
        ((5 * DAY_MS, 35 * DAY_MS), "repeat", "loyal"),
        ((5 * DAY_MS, 35 * DAY_MS + 1), "repeat", "repeat"),
        ((35 * DAY_MS, 6 * DAY_MS, 5 * DAY_MS, 70 * DAY_MS), "loyal", "loyal"),
        ((10 * DAY_MS - 1,), "first", "first"),
        ((10 * DAY_MS,), "first", "at_risk"),
        ((20 * DAY_MS - 1, 21 * DAY_MS), "repeat", "at_risk"),
        ((20 * DAY_MS, 21 * DAY_MS), "repeat", "dormant"),
        ((90 * DAY_MS,), "at_risk", "dormant"),
        ((180 * DAY_MS,), "dormant", "dormant"),
    ],
)
def test_each_border_is_where_the_rules_say(ages_ms: tuple[int, ...], published: str, own: str) -> None:
    assert (stage_of(PUBLISHED, *ages_ms), stage_of(OWN, *ages_ms)) == (published, own)


def test_without_an_order_only_a_known_person_has_a_stage() -> None:
    assert stage_of(OWN) == "new"
    assert stage_of(OWN, is_known=False) is None


def test_a_snapshot_from_before_there_were_rules_has_the_published_ones() -> None:
    site = Site(id="shop", name="Shop", write_keys=[], secret_key_hashes=[], signing_key="", lifecycle=OWN)
    raw = msgspec.msgpack.encode(site)
    assert msgspec.msgpack.decode(raw, type=Site).lifecycle == OWN
    older = {name: value for name, value in msgspec.msgpack.decode(raw).items() if name != "lifecycle"}
    assert msgspec.convert(older, Site).lifecycle == PUBLISHED
