"""`POST /v1/import/{kind}` and `kikkake import`: real process, real Valkey, real HTTP."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from shared.admission.imports import KINDS
from shared.log.entry import FLAG_IMPORT
from tests.builders import SECRET_KEY, WRITE_KEY, make_site, make_snapshot
from tests.conftest import ValkeyServer
from tests.processes import Service, make_environment, publish_snapshot, read_log, run_service, wait_for

HEADER = "order_id,user_id,timestamp,revenue\n"


@pytest.fixture
def collector(valkey_server: ValkeyServer, tmp_path: Path) -> Iterator[Service]:
    site = make_site(origins=["https://shop.example"], internal_addresses=["127.0.0.0/8"], time_zone="Asia/Tokyo")
    publish_snapshot(valkey_server.url, make_snapshot(site))
    with run_service("collector", make_environment(valkey_server.url, tmp_path / "data")) as service:
        yield service


def post(
    service: Service, kind: str, body: Any, key: str = SECRET_KEY, query: str = "", **headers: str
) -> httpx.Response:
    sent = {"authorization": f"Bearer {key}", **{name.replace("_", "-"): text for name, text in headers.items()}}
    url = f"{service.url}/v1/import/{kind}{query}"
    return httpx.post(url, content=body.encode() if isinstance(body, str) else body, headers=sent, timeout=60)


def order_lines(count: int, begin: int = 0) -> str:
    return "".join(f"o-{n},u-{n % 50},2019-05-06T07:08:09Z,{n % 90}\n" for n in range(begin, begin + count))


def ids_in_log(valkey: ValkeyServer) -> Counter[str]:
    return Counter(message.message_id for _, message in read_log(valkey.url))


def test_rows_stand_in_the_log_as_messages_and_bad_ones_are_named(
    collector: Service, valkey_server: ValkeyServer
) -> None:
    body = HEADER + "1,u,2001-02-03 04:05,100\n2,u,never,100\n3,u\n4,,2001-02-03,100\n5,u,2001-02-03,-1\n"
    answer = post(collector, "orders", body, content_type="text/csv")
    assert answer.status_code == 200, answer.text
    verdict = answer.json()
    assert set(verdict) == {"accepted", "rejected", "errors"}
    assert (verdict["accepted"], verdict["rejected"]) == (1, 4)
    assert [(error["index"], error["pointer"], error["code"]) for error in verdict["errors"]] == [
        (1, "/1/timestamp", "invalid_timestamp"),
        (2, "/2", "wrong_cells"),
        (3, "/3/user_id", "missing_id"),
        (4, "/4/revenue", "invalid_field"),
    ]
    ((group, logged),) = read_log(valkey_server.url)
    assert (group.site_id, group.flags, group.user_agent) == ("shop", FLAG_IMPORT, None)
    assert (logged.message_id, logged.claimed) == ("orders:1", None)
    raw = msgspec.json.decode(logged.raw)
    assert raw["timestamp"] == "2001-02-02T19:05:00.000Z", "in the site's time zone, and not held to 400 days"


def test_every_kind_in_every_form(collector: Service, valkey_server: ValkeyServer) -> None:
    rows: dict[str, dict[str, Any]] = {
        "events": {"type": "track", "event": "E", "messageId": "m-1", "userId": "u"},
        "visits": {"visit_id": "v", "user_id": "u", "store_id": "s", "timestamp": "2026-01-01T00:00:00Z"},
        "customers": {"user_id": "u", "rank": "gold"},
        "products": {"product_id": "p", "name": "Tea", "price": 5},
        "orders": {"order_id": "o", "user_id": "u", "timestamp": "2026-01-01T00:00:00Z", "revenue": 5},
    }
    for kind, row in rows.items():
        line = json.dumps(row) + "\n"
        table = ",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n"
        bodies: list[tuple[bytes, dict[str, str]]] = [
            (line.encode(), {"content_type": "application/x-ndjson"}),
            (line.encode(), {}),
            (table.encode(), {"content_type": "text/csv"}),
            (table.encode(), {}),
            (gzip.compress(table.encode()), {"content_encoding": "gzip"}),
        ]
        for body, headers in bodies:
            answer = post(collector, kind, body, **headers)
            assert answer.json() == {"accepted": 1, "rejected": 0, "errors": []}, (kind, headers)
    assert set(ids_in_log(valkey_server).values()) == {5} and len(ids_in_log(valkey_server)) == 5


def test_refusals(collector: Service, valkey_server: ValkeyServer) -> None:
    body = HEADER + order_lines(1)
    assert post(collector, "orders", body, key="sk_other").status_code == 401
    as_writer = post(collector, "orders", body, key=WRITE_KEY)
    assert as_writer.status_code == 401 and "write key" in as_writer.json()["detail"]
    assert httpx.post(collector.url + "/v1/import/orders", content=body).status_code == 401
    assert post(collector, "orders", body * 100_000, key="sk_other").json()["code"] == "unknown_key"
    unknown = post(collector, "things", body)
    assert unknown.status_code == 404 and "customers" in unknown.json()["detail"]
    assert post(collector, "orders", body, query="?site=other").status_code == 404
    assert post(collector, "orders", body, query="?site=shop").status_code == 200
    assert httpx.get(collector.url + "/v1/import/orders").status_code == 405
    paths = httpx.get(collector.url + "/openapi.json").json()["paths"]
    assert {f"/v1/import/{kind}" for kind in KINDS} <= set(paths)
    assert post(collector, "orders", "a,a\n1,2\n").json()["code"] == "bad_request"
    assert post(collector, "orders", '"a').json()["code"] == "bad_request"
    assert post(collector, "orders", b"no gzip", content_encoding="gzip").json()["code"] == "bad_encoding"
    cut = gzip.compress(body.encode())[:-9]
    assert post(collector, "orders", cut, content_encoding="gzip").json()["code"] == "bad_encoding"
    assert post(collector, "orders", body, content_encoding="br").status_code == 415
    assert post(collector, "orders", "").json() == {"accepted": 0, "rejected": 0, "errors": []}
    assert set(ids_in_log(valkey_server)) == {"orders:o-0"}


def test_every_refused_row_is_counted_and_a_thousand_are_named(collector: Service) -> None:
    verdict = post(collector, "orders", HEADER + "1,u,never,1\n" * 5_000 + order_lines(1)).json()
    assert (verdict["accepted"], verdict["rejected"], len(verdict["errors"])) == (1, 5_000, 1_000)
    assert verdict["errors"][-1]["index"] == 999


def read_peak_bytes(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def test_a_large_table_takes_bounded_memory(collector: Service, valkey_server: ValkeyServer) -> None:
    filler = "x" * 250
    line = '{{"order_id": "o-{0}", "user_id": "u-{0}", "timestamp": "2019-05-06", "revenue": 5, "note": "{1}"}}\n'
    count = 60_000

    def lines() -> Iterator[bytes]:
        for begin in range(0, count, 1_000):
            yield "".join(line.format(number, filler) for number in range(begin, begin + 1_000)).encode()

    assert sum(map(len, lines())) > 20_000_000
    post(collector, "orders", next(lines()))
    before = read_peak_bytes(collector.pid)
    assert post(collector, "orders", lines()).json() == {"accepted": count, "rejected": 0, "errors": []}
    assert read_peak_bytes(collector.pid) - before < 16_000_000
    assert len(ids_in_log(valkey_server)) == count


@pytest.mark.crash
def test_killed_in_the_middle_and_imported_again_nothing_is_lost(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    publish_snapshot(valkey_server.url, make_snapshot())
    service = Service("collector", make_environment(valkey_server.url, tmp_path)).start()
    count = 20_000
    try:

        def lines() -> Iterator[bytes]:
            yield HEADER.encode() + order_lines(count // 2).encode()
            wait_for(lambda: len(ids_in_log(valkey_server)) > 1_000, "a part of it in the log")
            service.kill()
            yield order_lines(count // 2, count // 2).encode()

        with pytest.raises(httpx.HTTPError):
            post(service, "orders", lines())
        service.start()
        again = post(service, "orders", HEADER + order_lines(count))
        assert again.json()["accepted"] == count
        assert set(ids_in_log(valkey_server)) == {f"orders:o-{number}" for number in range(count)}
    finally:
        service.kill()
