"""Every process killed -9 in turn, under load: what was acknowledged is stored once and counted once in profiles.

Seen from outside only: the export of the store, and decisions whose rules count events.
"""

import os
import signal
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.installation import KIKKAKE, Installation, run_installation, wait_until_serving
from tests.load import BeaconLoad
from tests.processes import wait_for

pytestmark = pytest.mark.crash
KILLED = ("collector", "engager", "analyzer", "valkey")


def export_ids(installation: Installation, folder: Path) -> list[tuple[str, str]]:
    """Return (message id, visitor) of everything stored."""
    target = folder / "stored.parquet"
    ready = installation.read_ready()
    command = [KIKKAKE, "export", str(target), "--url", ready["analyzer"], "--key", ready["secret_key"]]
    subprocess.run(command, check=True, capture_output=True)
    with duckdb.connect() as reader:
        return reader.execute(
            "select message_id, anonymous_id from read_parquet(?) where event = 'Product Viewed'", [str(target)]
        ).fetchall()


def make_counting_campaign(count: int) -> dict[str, Any]:
    """Return a campaign for visitors with exactly `count` events, in a slot of its own: none hides another."""
    return {
        "id": f"n-{count}",
        "name": f"Exactly {count}",
        "status": "running",
        "audience": {"event": "Product Viewed", "count": {"op": "eq", "value": count}, "within": "30d"},
        "when": {"type": "immediate"},
        "variants": [{"id": "only", "weight": 1, "kind": "inline", "slot": f"s-{count}", "content": {"title": "n"}}],
    }


def test_everything_killed_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with run_installation(tmp_path) as installation:
        ready = installation.read_ready()
        with BeaconLoad(ready["collector"], write_key=ready["write_key"], threads=2) as load:
            for name in KILLED * 2:
                load.wait_for_more(300)
                pid = installation.read_ready()["pids"][name]
                os.kill(pid, signal.SIGKILL)

                def is_replaced(name: str = name, pid: int = pid) -> bool:
                    return installation.read_ready()["pids"].get(name) not in (None, pid)

                # A second death within a minute waits before it starts again.
                wait_for(is_replaced, f"a new {name}")
            load.wait_for_more(300)
        for name in ("collector", "engager", "analyzer"):
            # Killed in the middle of writing, the analyzer first reads its store's log.
            wait_until_serving(ready[name], path="/readyz")
        wait_for(
            lambda: _is_stored(installation, tmp_path, load.acknowledged), "everything acknowledged in the store", 30
        )
        stored = export_ids(installation, tmp_path)
        doubled = [message_id for message_id, times in Counter(row[0] for row in stored).items() if times > 1]
        assert doubled == []
        by_visitor = Counter(visitor for _, visitor in stored)
        for count in sorted(set(by_visitor.values())):
            installation.create("/v1/campaigns", make_counting_campaign(count))
        first = next(iter(by_visitor))
        wait_for(
            lambda: _count_live(installation, first) == by_visitor[first],
            "the campaigns live and the profile whole",
            10,
        )
        counted = {visitor: _count_live(installation, visitor) for visitor in by_visitor}
        assert counted == dict(by_visitor)


def _is_stored(installation: Installation, folder: Path, acknowledged: set[str]) -> bool:
    installation.run_job("segments")
    return acknowledged <= {message_id for message_id, _ in export_ids(installation, folder)}


def _count_live(installation: Installation, visitor: str) -> int | None:
    """Return the number of events that the visitor's profile holds, None when no campaign has that number."""
    prompts = installation.decide(visitor, trigger={"type": "page_view"})["prompts"]
    assert len(prompts) <= 1, prompts
    return int(prompts[0]["campaignId"].removeprefix("n-")) if prompts else None
