"""Nothing acknowledged is ever lost: Valkey killed, the collector killed, the spool full, the log too large."""

from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.builders import WRITE_KEY, make_message, make_snapshot
from tests.conftest import ValkeyServer
from tests.load import BeaconLoad
from tests.processes import Service, make_environment, publish_snapshot, read_log, run_service, wait_for

pytestmark = pytest.mark.crash


def post_one(collector: Service, message_id: str) -> httpx.Response:
    body = {"writeKey": WRITE_KEY, "batch": [make_message(messageId=message_id)]}
    return httpx.post(f"{collector.url}/v1/batch", json=body, timeout=10)


def ids_in_log(valkey: ValkeyServer) -> Counter[str]:
    return Counter(message.message_id for _, message in read_log(valkey.url))


def is_drained(data_dir: Path) -> bool:
    return not any(path.stat().st_size for path in (data_dir / "spool").glob("*.spool"))


def test_valkey_killed_under_load_loses_no_acknowledged_message(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    publish_snapshot(valkey_server.url, make_snapshot())
    with run_service("collector", make_environment(valkey_server.url, tmp_path)) as collector:
        with BeaconLoad(collector.url) as load:
            for _ in range(3):
                load.wait_for_more(200)
                valkey_server.kill()
                load.wait_for_more(200)
                valkey_server.start()
        assert load.failed == [], "while the spool accepts, nobody is refused"
        wait_for(lambda: is_drained(tmp_path), "the spool drained")
        assert load.acknowledged - ids_in_log(valkey_server).keys() == set()


def test_collector_killed_under_load_loses_no_acknowledged_message(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    publish_snapshot(valkey_server.url, make_snapshot())
    collector = Service("collector", make_environment(valkey_server.url, tmp_path)).start()
    try:
        with BeaconLoad(collector.url) as load:
            for _ in range(3):
                load.wait_for_more(200)
                collector.kill()
                collector.start()
        assert load.acknowledged - ids_in_log(valkey_server).keys() == set()
    finally:
        collector.kill()


def test_the_spool_of_a_killed_collector_is_drained_by_another(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    publish_snapshot(valkey_server.url, make_snapshot())
    environment = make_environment(valkey_server.url, tmp_path)
    first = Service("collector", environment).start()
    try:
        valkey_server.kill()
        assert post_one(first, "orphan").status_code == 200
        assert httpx.get(f"{first.url}/readyz").json()["status"] == "degraded"
    finally:
        first.kill()
    torn = next((tmp_path / "spool").glob("*.spool"))
    with torn.open("ab") as file:
        file.write(b"\x00\x00\x10\x00torn by the kill, never acknowledged")
    valkey_server.start()
    with run_service("collector", environment) as second:
        wait_for(lambda: ids_in_log(valkey_server)["orphan"] == 1, "the orphan in the log")
        wait_for(lambda: httpx.get(f"{second.url}/readyz").json()["spool_bytes"] == 0, "an empty spool")


def test_a_collector_starts_without_valkey_from_its_last_snapshot(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    publish_snapshot(valkey_server.url, make_snapshot())
    environment = make_environment(valkey_server.url, tmp_path)
    with run_service("collector", environment):
        pass
    valkey_server.kill()
    with run_service("collector", environment) as collector:
        assert post_one(collector, "m").status_code == 200


def test_a_full_spool_answers_503_with_retry_after(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    publish_snapshot(valkey_server.url, make_snapshot())
    environment = make_environment(valkey_server.url, tmp_path, spool_max_bytes=1_000)
    with run_service("collector", environment) as collector:
        valkey_server.kill()
        answers = [post_one(collector, f"m-{number}") for number in range(10)]
        kept = [number for number, answer in enumerate(answers) if answer.status_code == 200]
        assert 0 < len(kept) < 10
        refused = next(answer for answer in answers if answer.status_code != 200)
        assert (refused.status_code, refused.json()["code"]) == (503, "store_unavailable")
        assert int(refused.headers["retry-after"]) > 0
        valkey_server.start()
        wait_for(lambda: len(ids_in_log(valkey_server)) == len(kept), "what was accepted, and only that")


def test_a_log_that_grows_too_large_goes_to_the_spool(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    publish_snapshot(valkey_server.url, make_snapshot())
    environment = make_environment(valkey_server.url, tmp_path, log_max_bytes=20_000)
    with run_service("collector", environment) as collector:

        def is_spooling() -> bool:
            assert post_one(collector, "fill").status_code == 200
            status: str = httpx.get(f"{collector.url}/readyz").json()["status"]
            return status == "degraded"

        wait_for(is_spooling, "the log too large")
        assert post_one(collector, "spooled").status_code == 200
        assert ids_in_log(valkey_server)["spooled"] == 0
        assert "kikkake_collector_log_available 0.0" in httpx.get(f"{collector.url}/metrics").text


def test_rates_answer_429_with_retry_after(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    publish_snapshot(valkey_server.url, make_snapshot())
    with run_service("collector", make_environment(valkey_server.url, tmp_path, rate_key_per_s=3)) as collector:
        answers = [post_one(collector, f"m-{number}") for number in range(8)]
    limited = [answer for answer in answers if answer.status_code == 429]
    assert limited and limited[0].json()["code"] == "rate_limited" and int(limited[0].headers["retry-after"]) >= 1
