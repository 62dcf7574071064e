"""The operator's commands: through a running analyzer, and on the files when none runs."""

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from services.analyzer.cli import app
from shared.clock import system_clock
from tests.conftest import ValkeyServer
from tests.integration.analyzer.conftest import ADMIN_KEY, Log
from tests.processes import Service

runner = CliRunner()


def run(*arguments: str) -> str:
    result = runner.invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def test_commands_through_a_running_analyzer(tmp_path: Path, valkey_url: str) -> None:
    environment = {
        "KIKKAKE_DATA_DIR": str(tmp_path),
        "KIKKAKE_VALKEY_URL": valkey_url,
        "KIKKAKE_ADMIN_KEY": ADMIN_KEY,
    }
    service = Service("analyzer", environment).start()
    try:
        remote = ("--url", service.url, "--key", ADMIN_KEY)
        site = json.loads(run("site", "create", "Tea shop", "--id", "tea", "--currency", "JPY", *remote))
        assert site["secret_key"] and "tea\tTea shop\tUTC\tJPY" in run("site", "list", *remote)
        log = Log(valkey_url)
        log.send("tea", {"anonymousId": "a", "event": "E", "ts": system_clock()})
        log.close()
        file = tmp_path / "out.parquet"
        run("export", str(file), "--data-dir", str(tmp_path), "--key", ADMIN_KEY)
        with duckdb.connect() as con:
            assert con.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchall() == [(1,)]
        assert json.loads(run("run", "segments", "--wait", "--site", "tea", *remote))["status"] == "succeeded"
        assert "1 message of 1 visitor erased" in run("forget", "--visitor", "a", "--site", "tea", "--yes", *remote)
        assert "0 messages of 1 user id erased" in run("forget", "--user", "a", "--site", "tea", "--yes", *remote)
        both = runner.invoke(app, ["forget", "--visitor", "a", "--user", "b", "--yes", *remote])
        assert both.exit_code == 2 and "either" in both.output
        unasked = runner.invoke(app, ["forget", "--user", "a", "--site", "tea", *remote], input="n\n")
        assert unasked.exit_code == 1 and "Erase everything" in unasked.output
        rotated = json.loads(run("key", "rotate", "tea", "secret", *remote))
        assert rotated["key"] != site["secret_key"]
        failed = runner.invoke(app, ["run", "nothing", *remote])
        assert failed.exit_code == 1 and "no job" in failed.output
    finally:
        service.kill()


def test_commands_on_the_files_of_an_installation_that_rests(
    valkey_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = valkey_server.folder
    monkeypatch.delenv("KIKKAKE_VALKEY_URL", raising=False)
    log = Log(valkey_server.url)
    log.send("tea", {"anonymousId": "a", "event": "E", "ts": system_clock()})
    log.close()
    valkey_server.kill()
    data_dir = folder / "d"
    (data_dir / "valkey").mkdir(parents=True)
    for part in folder.glob("appendonlydir"):
        part.rename(data_dir / "valkey" / part.name)
    here = ("--data-dir", str(data_dir))
    run("site", "create", "Tea shop", "--id", "tea", *here)
    assert "tea\tTea shop" in run("site", "list", *here)
    file = folder / "out.parquet"
    run("export", str(file), *here)
    with duckdb.connect() as con:
        assert con.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchall() == [(1,)]
    missing = runner.invoke(app, ["site", "list", "--data-dir", str(folder / "nothing")])
    assert missing.exit_code == 1 and "no installation" in missing.output
