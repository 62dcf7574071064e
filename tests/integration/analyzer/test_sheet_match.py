"""A sheet becomes an audience: its column is matched with known persons, and a list segment is made of them."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from services.analyzer.cli import app
from shared.settings import AnalyzerSettings
from tests.integration.analyzer.conftest import ADMIN_KEY, Analyzer, Log, open_test_analyzer
from tests.processes import Service

NOW = 1_782_864_000_000
MATCH = "/v1/segments/match"


def know(user: str, *, days_ago: float = 5, visitor: str | None = None, **traits: Any) -> dict[str, Any]:
    fields = {"type": "identify", "userId": user, "traits": traits, "ts": round(NOW - days_ago * 86_400_000)}
    return fields | ({"anonymousId": visitor} if visitor else {})


async def fill(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    refused = {"context": {"consent": {"analytics": True, "personalisation": False}}}
    analyzer.log.send(
        "shop",
        know("u1", visitor="v1", email=" Ann@Example.jp "),
        know("u2", days_ago=6, email="old@example.jp"),
        know("u2", email="bob@example.jp"),
        know("u3", email="bob@example.jp"),
        know("u4", email="no@example.jp") | refused,
        know("u5", email="eve@example.jp"),
        {"type": "alias", "previousId": "u5", "userId": "u6", "ts": NOW - 3_600_000},
        {"type": "page", "anonymousId": "v9", "ts": NOW - 7_200_000},
    )
    await analyzer.catch_up()


async def test_each_kind_of_column_finds_its_persons(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        ids = await analyzer.post(MATCH, {"values": ["u2", "u1", "u2", " u5 ", "x9", "", "y"]})
        assert ids == {
            "kind": "user_id",
            "persons": ["u2", "u1", "u6"],
            "matched": 3,
            "unmatched": 2,
            "examples": ["x9", "y"],
            "duplicates": 1,
            "empty": 1,
        }
        visitors = await analyzer.post(MATCH, {"values": ["v9", "v1", "v2"]})
        assert (visitors["kind"], visitors["persons"]) == ("anonymous_id", ["v9", "u1"])
        told = ["ANN@example.jp", "bob@example.jp", "old@example.jp", "no@example.jp", "eve@example.jp", "ann"]
        emails = await analyzer.post(MATCH, {"values": told})
        assert (emails["kind"], emails["persons"]) == ("email", ["u1", "u2", "u3", "u6"])
        assert emails["examples"] == ["old@example.jp", "no@example.jp", "ann"], "not told last, refused, no address"
        hashes = [sha256(text.encode()).hexdigest().upper() for text in ("ann@example.jp", "nobody@example.jp")]
        hashed = await analyzer.post(MATCH, {"values": hashes})
        assert (hashed["kind"], hashed["persons"], hashed["unmatched"]) == ("email_sha256", ["u1"], 1)
        forced = await analyzer.post(MATCH, {"kind": "anonymous_id", "values": ["u1"]})
        assert (forced["kind"], forced["persons"]) == ("anonymous_id", [])


async def test_ids_that_look_like_addresses_are_found_as_ids(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site()
        analyzer.log.send("shop", know("zoe@example.jp", plan="gold"))
        await analyzer.catch_up()
        found = await analyzer.post(MATCH, {"values": ["zoe@example.jp"]})
        assert (found["kind"], found["persons"]) == ("user_id", ["zoe@example.jp"])


async def test_the_matched_become_a_segment(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        found = await analyzer.post(MATCH, {"values": ["bob@example.jp", "ann@example.jp"]})
        body = {"id": "fair", "name": "Met at the fair", "kind": "list", "members": found["persons"]}
        await analyzer.post("/v1/segments", body)
        await analyzer.run_job("segments")
        members = await analyzer.get("/v1/segments/fair/members")
        assert [one["id"] for one in members["items"]] == ["u1", "u2", "u3"]
        await analyzer.post("/v1/forget", {"user": "u2"})
        assert (await analyzer.post(MATCH, {"values": ["bob@example.jp"]}))["persons"] == ["u3"]
        assert (await analyzer.get("/v1/segments/fair"))["members"] == ["u3", "u1"]


async def test_other_sites_and_wrong_inputs(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        await analyzer.create_site("other")
        assert (await analyzer.post(MATCH, {"values": ["u1", "ann@example.jp"]}))["persons"] == []
        for body, pointer in (
            ({}, "/values"),
            ({"values": []}, "/values"),
            ({"values": ["x"] * 100_001}, "/values"),
            ({"values": ["x" * 513]}, "/values/0"),
            ({"values": [3]}, "/values/0"),
            ({"values": ["a"], "kind": "phone"}, "/kind"),
        ):
            problem = await analyzer.post(MATCH, body, expect=422)
            assert problem["errors"][0]["pointer"] == pointer


def test_a_segment_is_made_from_the_command_line(tmp_path: Path, valkey_url: str) -> None:
    environment = {
        "KIKKAKE_DATA_DIR": str(tmp_path),
        "KIKKAKE_VALKEY_URL": valkey_url,
        "KIKKAKE_ADMIN_KEY": ADMIN_KEY,
    }
    runner = CliRunner()
    service = Service("analyzer", environment).start()
    try:
        remote = ["--url", service.url, "--key", ADMIN_KEY]
        runner.invoke(app, ["site", "create", "Shop", "--id", "shop", *remote])
        log = Log(valkey_url)
        log.send("shop", know("u1", email="ann@example.jp"), know("u2", email="bob@example.jp"))
        log.close()
        runner.invoke(app, ["run", "segments", "--wait", "--site", "shop", *remote])
        sheet = tmp_path / "fair.csv"
        sheet.write_bytes("氏名,メール\n安,ann@example.jp\n誰,who@example.jp\n".encode("cp932"))
        made = runner.invoke(app, ["segment", "import", str(sheet), "--site", "shop", *remote])
        assert made.exit_code == 0, made.output
        assert "1 entries known by email, 1 unknown" in made.output and "who@example.jp" in made.output
        assert ": 1 person" in made.output
        nobody = runner.invoke(app, ["segment", "import", str(sheet), "--column", "氏名", "--site", "shop", *remote])
        assert nobody.exit_code == 1 and "2 unknown" in nobody.output
        wrong = runner.invoke(app, ["segment", "import", str(sheet), "--column", "x", "--site", "shop", *remote])
        assert wrong.exit_code == 1 and "no column 'x'" in wrong.output
    finally:
        service.kill()
