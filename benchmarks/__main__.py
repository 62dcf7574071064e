"""`make bench`: every figure beside its limit of the same run and the goal to beat; JSON under benchmarks/results/."""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.decide import measure_http, measure_pure
from benchmarks.ingest import measure_ingest
from benchmarks.lag import measure_lag
from benchmarks.load import NoWrkError
from benchmarks.store import measure_store

RESULTS = Path(__file__).resolve().parent / "results"
Figures = dict[str, float]

GOALS: dict[str, dict[str, str]] = {
    "ingest": {"ratio": ">= 0.4 of bare ASGI"},
    "decide": {"per_core_s": ">= 8,000", "open_3000_p99_ms": "<= 5"},
    "lag": {"p99_ms": "<= 100"},
    "store": {
        "timeline_from_disk_p99_ms": "<= 30",
        "timeline_p99_ms": "<= 30",
        "all_job_s": "<= 120 at 20 million",
        "again_share": "<= 0.25",
        "peak_memory_mb": "<= 3,072",
    },
}


def measure_decide() -> Figures:
    """Return the decision's cost in process and over HTTP, 50 running campaigns."""
    return {**measure_pure(2.5), **measure_http(5.0, 3_000.0)}


def run_suites(names: list[str], events: int) -> dict[str, Figures]:
    """Run the suites and return their figures by name; one that cannot run here is left out, with the reason said."""
    suites: dict[str, Callable[[], Figures]] = {
        "ingest": measure_ingest,
        "decide": measure_decide,
        "lag": measure_lag,
        "store": lambda: measure_store(events),
    }
    found: dict[str, Figures] = {}
    for name in names:
        print(f"· measuring {name}", flush=True)
        try:
            found[name] = suites[name]()
        except NoWrkError as error:
            print(f"  left out: {error}", flush=True)
    return found


def print_table(found: dict[str, Figures]) -> None:
    """Print every figure with its goal, if it has one."""
    table = Table("suite", "figure", "value", "goal", title="make bench")
    for suite, figures in found.items():
        for name, value in figures.items():
            shown = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"
            table.add_row(suite, name, shown, GOALS.get(suite, {}).get(name, ""))
    Console(width=110).print(table)


def main() -> int:
    """Measure, print, and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", default=list(GOALS), help=f"any of {', '.join(GOALS)}")
    parser.add_argument("--events", type=int, default=20_000_000, help="events in the store suite")
    chosen = parser.parse_args()
    found = run_suites(chosen.suites, chosen.events)
    print_table(found)
    RESULTS.mkdir(exist_ok=True)
    record = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()},
        "figures": found,
    }
    file = RESULTS / "latest.json"
    file.write_text(json.dumps(record, indent=2) + "\n")
    print(f"kept in {file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
