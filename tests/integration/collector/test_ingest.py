"""The collector as a site sees it: real process, real Valkey, real HTTP."""

import base64
import gzip
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from shared.log.entry import FLAG_INTERNAL, FLAG_PREFETCH
from tests.builders import WRITE_KEY, make_message, make_site, make_snapshot
from tests.conftest import ValkeyServer
from tests.processes import Service, make_environment, publish_snapshot, read_log, run_service, wait_for

LIMITED_KEY = "wk_limited"
ORIGIN = "https://shop.example"


@pytest.fixture(scope="module")
def module_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    server = ValkeyServer(tmp_path_factory.mktemp("v"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def collector(module_valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    sites = [make_site(), make_site(id="limited", write_keys=[LIMITED_KEY], secret_key_hashes=[], origins=[ORIGIN])]
    publish_snapshot(module_valkey.url, make_snapshot(*sites))
    environment = make_environment(module_valkey.url, tmp_path_factory.mktemp("d"), trusted_proxies="127.0.0.1")
    with run_service("collector", environment) as service:
        yield service


def batch(*messages: Any, key: str = WRITE_KEY, **fields: Any) -> dict[str, Any]:
    return {"writeKey": key, "batch": list(messages), **fields}


def post(collector: Service, body: Any, path: str = "/v1/batch", **options: Any) -> httpx.Response:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return httpx.post(collector.url + path, content=content, timeout=30, **options)


def ids_in_log(valkey: ValkeyServer, prefix: str) -> list[str]:
    return sorted(logged.message_id for _, logged in read_log(valkey.url) if logged.message_id.startswith(prefix))


def test_a_batch_is_acknowledged_and_stands_in_the_log(collector: Service, module_valkey: ValkeyServer) -> None:
    answer = post(collector, batch(make_message(messageId="one-1"), make_message(messageId="one-2", anonymousId="v2")))
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "accepted": 2, "rejected": 0, "errors": []}
    assert ids_in_log(module_valkey, "one-") == ["one-1", "one-2"]


def test_bad_neighbours_are_named_and_cost_nothing(collector: Service, module_valkey: ValkeyServer) -> None:
    answer = post(
        collector, batch(make_message(messageId="nb-1"), 5, make_message(event=None), make_message(messageId="nb-2"))
    )
    body = answer.json()
    assert (answer.status_code, body["accepted"], body["rejected"]) == (200, 2, 2)
    assert [(row["index"], row["pointer"], row["code"]) for row in body["errors"]] == [
        (1, "/batch/1", "invalid_field"),
        (2, "/batch/2/event", "missing_event"),
    ]
    assert ids_in_log(module_valkey, "nb-") == ["nb-1", "nb-2"]


def test_half_of_an_emoji_costs_nothing(collector: Service, module_valkey: ValkeyServer) -> None:
    cut = batch(make_message(messageId="cut-1", properties={"t": "HALF"}), make_message(messageId="cut-2"))
    answer = post(collector, msgspec.json.encode(cut).replace(b"HALF", rb"a smile \ud83d"))
    assert (answer.status_code, answer.json()["accepted"]) == (200, 2), answer.text
    assert ids_in_log(module_valkey, "cut-") == ["cut-1", "cut-2"]


@pytest.mark.parametrize("context", [{"locale": "ja-JP"}, {}, None, "text", 7, [1]])
def test_a_batch_may_share_a_context(collector: Service, module_valkey: ValkeyServer, context: Any) -> None:
    message_id = f"ctx-{msgspec.json.encode(context).hex()}"
    answer = post(collector, batch(make_message(messageId=message_id), context=context))
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1), answer.text
    (group,) = [group for group, logged in read_log(module_valkey.url) if logged.message_id == message_id]
    shared = msgspec.json.decode(group.context) if group.context is not None else None
    assert shared == (context if isinstance(context, dict) else None)


def test_an_empty_batch_is_fine_and_an_all_bad_one_is_not(collector: Service) -> None:
    assert post(collector, batch()).json()["accepted"] == 0
    answer = post(collector, batch(5, 6))
    problem = answer.json()
    assert answer.status_code == 400 and answer.headers["content-type"] == "application/problem+json"
    assert problem["code"] == "all_rejected" and len(problem["errors"]) == 2
    assert problem["title"] == problem["message"] and problem["status"] == 400


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"not json", {}, 400, "not_json"),
        (b'{"batch": [NaN]}', {}, 400, "not_json"),
        (b'{"batch": ["\xff"]}', {}, 400, "not_json"),
        (b'{"batch":' + b"[" * 10_000 + b"]" * 10_000 + b"}", {}, 400, "too_deep"),
        (b'{"batch": 7}', {}, 400, "wrong_shape"),
        (b"x" * 10_000_000, {}, 413, "too_large"),
        (b'{"batch": [' + b"{}," * 500 + b"{}]}", {}, 413, "too_many_messages"),
        (gzip.compress(bytes(100_000_000)), {"content-encoding": "gzip"}, 413, "too_large"),
        (b"not gzip", {"content-encoding": "gzip"}, 400, "bad_encoding"),
        (b"{}", {"content-encoding": "br"}, 415, "unsupported_encoding"),
        (b'{"batch": []}', {}, 401, "unknown_key"),
        (b'{"writeKey": "wk_nope", "batch": []}', {}, 401, "unknown_key"),
    ],
)
def test_refusals_are_problem_documents_that_a_page_can_read(
    collector: Service, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = post(collector, body, headers={"origin": "https://any.example", **headers})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["access-control-allow-origin"] == "https://any.example"


def test_a_megabyte_string_costs_its_request_and_a_large_message_only_itself(collector: Service) -> None:
    assert post(collector, batch(make_message(properties={"a": "x" * 1_000_000}))).status_code == 413
    answer = post(
        collector, batch(make_message(properties={"a": "x" * 40_000}), make_message(messageId="beside-large"))
    )
    assert answer.json()["accepted"] == 1 and answer.json()["errors"][0]["code"] == "message_too_large"


def test_gzip_text_plain_and_basic_auth(collector: Service, module_valkey: ValkeyServer) -> None:
    zipped = gzip.compress(msgspec.json.encode(batch(make_message(messageId="way-gzip"))))
    assert post(collector, zipped, headers={"content-encoding": "gzip"}).status_code == 200
    plain = msgspec.json.encode(batch(make_message(messageId="way-plain")))
    assert post(collector, plain, headers={"content-type": "text/plain;charset=UTF-8"}).status_code == 200
    basic = base64.b64encode(f"{WRITE_KEY}:".encode()).decode()
    body = {"batch": [make_message(messageId="way-basic")]}
    assert post(collector, body, headers={"authorization": f"Basic {basic}"}).status_code == 200
    assert ids_in_log(module_valkey, "way-") == ["way-basic", "way-gzip", "way-plain"]


@pytest.mark.parametrize("name", ["track", "page", "screen", "identify", "group", "alias", *"tpsiga"])
def test_single_message_routes(collector: Service, module_valkey: ValkeyServer, name: str) -> None:
    body = {**make_message(messageId=f"single-{name}", type=None), "writeKey": WRITE_KEY}
    assert post(collector, body, f"/v1/{name}").json()["accepted"] == 1
    types = {m.message_id: msgspec.json.decode(m.raw)["type"] for _, m in read_log(module_valkey.url)}
    assert types[f"single-{name}"][0] == name[0]
    bad = post(collector, {"writeKey": WRITE_KEY, "event": "e"}, f"/v1/{name}")
    assert bad.status_code == 400 and bad.json()["errors"][0]["code"] == "missing_id"


def test_cors(collector: Service) -> None:
    preflight = httpx.options(
        collector.url + "/v1/batch",
        headers={"origin": "https://any.example", "access-control-request-method": "POST"},
    )
    assert preflight.status_code in (200, 204)
    assert preflight.headers["access-control-allow-origin"] == "https://any.example"
    assert preflight.headers["access-control-allow-credentials"] == "true"
    assert preflight.headers["access-control-max-age"] == "7200"
    for header in ("Content-Type", "Authorization", "AnonymousId", "X-Retry-Count", "SP-Anonymous"):
        assert header in preflight.headers["access-control-allow-headers"]
    body = batch(make_message(), key=LIMITED_KEY)
    allowed = post(collector, body, headers={"origin": ORIGIN})
    assert allowed.status_code == 200 and allowed.headers["access-control-allow-origin"] == ORIGIN
    assert "Retry-After" in allowed.headers["access-control-expose-headers"]
    foreign = post(collector, body, headers={"origin": "https://evil.example"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "origin_not_allowed")
    assert not any(name.startswith("access-control") for name in foreign.headers)
    assert post(collector, body).status_code == 200, "a request without Origin comes from no page"


def test_the_time_of_1970_and_2050_is_replaced_and_counted(collector: Service, module_valkey: ValkeyServer) -> None:
    for year in (1970, 2050):
        message = make_message(messageId=f"time-{year}", timestamp=f"{year}-01-01T00:00:00Z")
        assert post(collector, batch(message)).json()["accepted"] == 1
    logged = {m.message_id: (g.received_at, m) for g, m in read_log(module_valkey.url) if m.message_id[:5] == "time-"}
    assert len(logged) == 2
    for received_at, stored in logged.values():
        assert stored.timestamp == received_at and stored.claimed is not None
    assert "kikkake_collector_replaced_times_total 2" in httpx.get(collector.url + "/metrics").text


def test_the_request_is_judged_for_those_who_are_no_people(collector: Service, module_valkey: ValkeyServer) -> None:
    post(collector, batch(make_message(messageId="who-prefetch")), headers={"sec-purpose": "prefetch;prerender"})
    post(collector, batch(make_message(messageId="who-page")), headers={"origin": ORIGIN, "user-agent": "Page/1"})
    post(collector, batch(make_message(messageId="who-server")), headers={"user-agent": "Server/1"})
    groups = {m.message_id: g for g, m in read_log(module_valkey.url)}
    assert groups["who-prefetch"].flags == FLAG_PREFETCH
    assert (groups["who-page"].user_agent, groups["who-server"].user_agent) == ("Page/1", None)


def test_internal_addresses_are_flagged(collector: Service, module_valkey: ValkeyServer) -> None:
    snapshot = make_snapshot(
        make_site(internal_addresses=["203.0.113.0/24"]),
        make_site(id="limited", write_keys=[LIMITED_KEY], secret_key_hashes=[], origins=[ORIGIN]),
        version=2,
    )
    publish_snapshot(module_valkey.url, snapshot)

    def is_flagged() -> bool:
        post(collector, batch(make_message(messageId="internal-1")), headers={"x-forwarded-for": "203.0.113.5"})
        return any(g.flags == FLAG_INTERNAL for g, m in read_log(module_valkey.url) if m.message_id == "internal-1")

    wait_for(is_flagged, "the new snapshot")


def test_settings_for_segment_clients(collector: Service) -> None:
    answer = httpx.get(f"{collector.url}/v1/projects/{WRITE_KEY}/settings", headers={"origin": ORIGIN})
    integration = answer.json()["integrations"]["Segment.io"]
    assert integration["apiKey"] == WRITE_KEY
    assert f"{integration['protocol']}://{integration['apiHost']}" == f"{collector.url}/v1"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert httpx.get(f"{collector.url}/v1/projects/nope/settings").status_code == 401


def test_unknown_addresses_and_methods_are_problems(collector: Service) -> None:
    assert httpx.get(collector.url + "/v1/nothing").json()["code"] == "not_found"
    wrong = httpx.get(collector.url + "/v1/batch")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert httpx.get(collector.url + "/healthz").json() == {"status": "alive"}
    assert httpx.get(collector.url + "/readyz").json()["status"] == "ready"
    paths = httpx.get(collector.url + "/openapi.json").json()["paths"]
    assert "/v1/batch" in paths and "/v1/a" in paths


def test_a_client_that_stalls_or_leaves_costs_nothing(collector: Service) -> None:
    with socket.create_connection(("127.0.0.1", collector.port)) as half:
        half.sendall(b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    assert post(collector, batch()).status_code == 200


def test_sigterm_drains_and_exits_zero(module_valkey: ValkeyServer, tmp_path: Path) -> None:
    service = Service("collector", make_environment(module_valkey.url, tmp_path)).start()
    assert service.stop() == 0
