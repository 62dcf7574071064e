"""`POST /v1/cmcd` as a player sees it: real process, real Valkey, real HTTP."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.builders import NOW, WRITE_KEY, make_site, make_snapshot
from tests.conftest import ValkeyServer
from tests.processes import Service, make_environment, publish_snapshot, read_log, run_service

ORIGIN = "https://shop.example"
SESSION = (Path(__file__).parents[2] / "golden" / "wire" / "cmcd" / "session.txt").read_text()


@pytest.fixture(scope="module")
def module_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    server = ValkeyServer(tmp_path_factory.mktemp("v"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def collector(module_valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    publish_snapshot(module_valkey.url, make_snapshot(make_site(origins=[ORIGIN])))
    with run_service("collector", make_environment(module_valkey.url, tmp_path_factory.mktemp("d"))) as service:
        yield service


def post(collector: Service, body: str, *, key: str = WRITE_KEY, query: str = "", **headers: str) -> httpx.Response:
    headers = {"content-type": "application/cmcd", **{name.replace("_", "-"): value for name, value in headers.items()}}
    url = f"{collector.url}/v1/cmcd?writeKey={key}{query}"
    return httpx.post(url, content=body.encode(), headers=headers, timeout=30)


def test_reports_stand_in_the_log_and_bad_lines_cost_only_themselves(
    collector: Service, module_valkey: ValkeyServer
) -> None:
    answer = post(collector, SESSION + 'no report\n\ne=t,sid="s2"\n', origin=ORIGIN, user_agent="TestPlayer/1.0")
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    verdict = answer.json()
    assert (verdict["accepted"], verdict["rejected"]) == (14, 2)
    assert [(error["pointer"], error["code"]) for error in verdict["errors"]] == [
        ("/14", "invalid_field"),
        ("/15/ts", "invalid_timestamp"),
    ]
    logged = [msgspec.json.decode(one.raw) for _, one in read_log(module_valkey.url)]
    assert [one["event"] for one in logged][:3] == [
        "Video Playback Started",
        "Video Content Started",
        "Video Content Playing",
    ]
    assert {one["context"]["internal"] for one in logged} == {True}
    assert {one["anonymousId"][:5] for one in logged} == {"cmcd-"}


def test_a_visitor_can_be_named(collector: Service, module_valkey: ValkeyServer) -> None:
    line = f'e=ps,sid="owned",sn=1,sta=s,ts={NOW},cid="v"'
    assert post(collector, line, query="&anonymousId=visitor-9").json()["accepted"] == 1
    assert post(collector, line.replace("owned", "by-key") + ',com.shop-kikkake-aid="visitor-9"').status_code == 200
    logged = [msgspec.json.decode(one.raw) for _, one in read_log(module_valkey.url)]
    owned = [one for one in logged if one["anonymousId"] == "visitor-9"]
    assert len(owned) == 2 and all("internal" not in one["context"] for one in owned)


def test_refusals(collector: Service) -> None:
    line = f'e=t,sid="s",ts={NOW}'
    assert post(collector, line, key="nope").status_code == 401
    foreign = post(collector, line, origin="https://elsewhere.example")
    assert foreign.status_code == 403 and "access-control-allow-origin" not in foreign.headers
    assert post(collector, "nonsense").json()["code"] == "all_rejected"
    assert post(collector, "\n".join([line] * 501)).json()["code"] == "too_many_messages"
    assert post(collector, "x" * 600_000).status_code == 413
    assert post(collector, "").json()["accepted"] == 0
    assert httpx.get(collector.url + "/v1/cmcd").status_code == 405
    preflight = httpx.options(collector.url + "/v1/cmcd", headers={"origin": "https://any.example"})
    assert preflight.status_code == 204 and "Content-Type" in preflight.headers["access-control-allow-headers"]
    basic = httpx.post(collector.url + "/v1/cmcd", content=line, auth=(WRITE_KEY, ""))
    assert basic.json()["accepted"] == 1
    assert "/v1/cmcd" in httpx.get(collector.url + "/openapi.json").json()["paths"]
