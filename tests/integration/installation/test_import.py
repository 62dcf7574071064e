"""`kikkake import` on a whole installation: once in the store however often imported, rejected rows beside the file."""

import csv
import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest

from tests.installation import KIKKAKE, Installation, run_installation
from tests.processes import wait_for


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with run_installation(tmp_path_factory.mktemp("i")) as running:
        yield running


def kikkake(installation: Installation, *arguments: str, code: int = 0) -> str:
    command = [KIKKAKE, *arguments, "--data-dir", str(installation.data_dir)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def read_stored(installation: Installation, file: Path) -> list[tuple[str, str, str, int]]:
    """Return event, message id, user and time of everything stored."""
    kikkake(installation, "export", str(file), "--from", "1990-01-01")
    with duckdb.connect() as con:
        return con.execute(
            "SELECT event, message_id, user_id, epoch_ms(timestamp::timestamptz) FROM read_parquet(?)", [str(file)]
        ).fetchall()


def test_a_table_is_stored_once_with_its_own_times(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    lines = [f"{number},m-{number % 7},2003-04-05T06:07:08Z,{number}.50" for number in range(2_500)]
    lines[1_700] = "1700,m-1,someday,1"
    lines[1_800] = '"1800'
    file.write_text("no,member,timestamp,total\n" + "\n".join(lines) + "\n")
    renamed = ["--map", "no=order_id", "--map", "member=user_id", "--map", "total=revenue"]
    for _ in range(2):
        said = kikkake(installation, "import", str(file), "--kind", "orders", *renamed)
        assert "2,498 rows accepted, 2 rejected" in said
    stored = [row for row in read_stored(installation, tmp_path / "a.parquet") if row[0] == "Order Completed"]
    assert len(stored) == 2_498 and {row[3] for row in stored} == {1_049_522_828_000}
    assert len({row[1] for row in stored}) == 2_498

    beside = tmp_path / "sales.csv.rejected.csv"
    with beside.open(newline="") as source:
        rejected = list(csv.DictReader(source))
    assert [(row["rejected_row"], row["rejected_code"], row["no"]) for row in rejected] == [
        ("1701", "invalid_timestamp", "1700"),
        ("1801", "not_csv", ""),
    ]
    assert rejected[1]["rejected_text"] == '"1800'
    # Put right, the rejected rows are themselves a file to import.
    beside.write_text(beside.read_text().replace("someday", "2003-04-05"))
    said = kikkake(installation, "import", str(beside), "--kind", "orders", *renamed)
    assert "1 rows accepted, 0 rejected" in said
    assert not (tmp_path / "sales.csv.rejected.csv.rejected.csv").exists()


def test_parquet_and_ndjson(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "visits.parquet"
    with duckdb.connect() as con:
        con.execute(
            "COPY (SELECT 'v' || i AS visit_id, i % 9 AS user_id, 's' AS store_id, 2.5::DECIMAL(9, 2) AS spent,"
            " TIMESTAMP '2004-01-01' + to_hours(i) AS timestamp FROM range(1500) t(i)) TO '" + str(file) + "'"
        )
    for _ in range(2):
        assert "1,500 rows accepted, 0 rejected" in kikkake(installation, "import", str(file), "--kind", "visits")
    lines = tmp_path / "customers.ndjson"
    lines.write_text('{"user_id": "7", "rank": "gold"}\n{"rank": "none"}\n\nnonsense\n')
    said = kikkake(installation, "import", str(lines), "--kind", "customers", "--site", "default")
    assert "1 rows accepted, 2 rejected" in said
    counts = Counter(row[0] for row in read_stored(installation, tmp_path / "b.parquet"))
    assert (counts["Store Visited"], counts["identify"]) == (1_500, 1)
    rejected = (tmp_path / "customers.ndjson.rejected.csv").read_text()
    assert "user_id,missing_id" in rejected and "nonsense" in rejected


@pytest.mark.crash
def test_the_collector_killed_in_the_middle_loses_and_doubles_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    count = 30_000
    file = tmp_path / "killed.csv"
    lines = (f"k-{number},k-{number % 99},2002-02-02,1\n" for number in range(count))
    file.write_text("order_id,user_id,timestamp,revenue\n" + "".join(lines))
    ready = installation.read_ready()

    def count_accepted() -> float:
        metrics = httpx.get(f"{ready['collector']}/metrics", timeout=10).text
        found = re.search(r'collector_messages_total\{verdict="accepted"\} (\S+)', metrics)
        return float(found[1]) if found else 0.0

    before = count_accepted()
    command = [KIKKAKE, "import", str(file), "--kind", "orders", "--data-dir", str(installation.data_dir)]
    importing = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    wait_for(lambda: count_accepted() >= before + 3_000, "a part of the file accepted", 60)
    os.kill(ready["pids"]["collector"], signal.SIGKILL)
    said, _ = importing.communicate(timeout=120)
    assert importing.returncode == 0 and f"{count:,} rows accepted, 0 rejected" in said
    ids = [row[1] for row in read_stored(installation, tmp_path / "c.parquet") if row[1].startswith("orders:k-")]
    assert len(ids) == count and len(set(ids)) == count


def test_what_was_exported_can_be_imported(installation: Installation, tmp_path: Path) -> None:
    installation.send({"type": "track", "event": "Video Liked", "messageId": "like-1", "anonymousId": "a"})
    file = tmp_path / "all.parquet"
    before = sorted(read_stored(installation, file), key=str)
    said = kikkake(installation, "import", str(file), "--kind", "events")
    assert f"{len(before):,} rows accepted, 0 rejected" in said
    assert sorted(read_stored(installation, tmp_path / "again.parquet"), key=str) == before


def test_refusals_in_words(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("order_id,user_id\n1,u\n")
    ready = installation.read_ready()
    assert "one of events" in kikkake(installation, "import", str(file), "--kind", "things", code=1)
    orders = ("import", str(file), "--kind", "orders")
    assert "0 rows accepted, 1 rejected" in kikkake(installation, *orders, code=1)
    assert "theirs=ours" in kikkake(installation, *orders, "--map", "order_id", code=1)
    assert "columns are order_id, user_id" in kikkake(installation, *orders, "--map", "no=order_id", code=1)
    assert "give that of 'other' by --key" in kikkake(installation, *orders, "--site", "other", code=1)
    remote = ("--url", ready["collector"], "--key", ready["write_key"])
    assert "this is a write key" in kikkake(installation, *orders, *remote, code=1)
