"""`make test`: every stage in order, then one line that counts passed, failed and skipped.

A stage that is no test suite (lint, types, sizes) counts as one check.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(slots=True)
class Tally:
    """Counts over all stages."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run_stage(name: str, command: Sequence[str]) -> int:
    """Run one stage, its output as it comes; returns the exit code."""
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, cwd=ROOT).returncode
    print(f"-- {name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
    return code


def run_checks(tally: Tally, checks: Mapping[str, Sequence[str]]) -> None:
    """Run stages that count as one check each, two at a time: most use one core, and the slowest should come first."""

    def run(name: str) -> None:
        started = time.monotonic()
        done = subprocess.run(checks[name], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        verdict = "ok" if done.returncode == 0 else "FAILED"
        words = f"\n== {name}\n{done.stdout}-- {name}: {verdict} in {time.monotonic() - started:.0f} s\n"
        with printing:
            print(words, end="", flush=True)
            tally.passed += done.returncode == 0
            tally.failed += done.returncode != 0

    printing = threading.Lock()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, checks))


def count_suites(report: Path, tally: Tally) -> bool:
    """Add the counts of a JUnit report; returns whether any test ran."""
    if not report.exists():
        return False
    ran = 0
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        # Nested suites repeat their parents' counts; cases are counted where they stand.
        for case in suite.findall("testcase"):
            ran += 1
            if case.find("skipped") is not None:
                tally.skipped += 1
                print(f"skipped: {case.get('classname')}::{case.get('name')}")
            elif case.find("failure") is not None or case.find("error") is not None:
                tally.failed += 1
            else:
                tally.passed += 1
    return ran > 0


def run_suite(tally: Tally, name: str, command: Sequence[str], report: Path) -> None:
    """Run a test suite; one that ran nothing, or failed without a failed test, counts as failed."""
    failed_before = tally.failed
    code = run_stage(name, command)
    ran = count_suites(report, tally)
    if not ran or (code != 0 and tally.failed == failed_before):
        tally.failed += 1


def main() -> int:
    """Run all stages; returns 0 when nothing failed."""
    tally = Tally()
    sdk = ["npm", "--prefix", "sdk", "run", "--silent"]
    console = ["npm", "--prefix", "services/analyzer/console", "run", "--silent"]
    checks = {
        "mypy": ["mypy"],
        "ruff": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "--quiet", "."],
        "import law": ["lint-imports"],
        "sdk lint": [*sdk, "lint"],
        "sdk types": [*sdk, "typecheck"],
        "sdk size": [*sdk, "size"],
        "console lint": [*console, "lint"],
        "console types": [*console, "typecheck"],
        "console size": [*console, "size"],
    }
    run_checks(tally, checks)
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder)
        for name, npm in (("sdk", sdk), ("console", console)):
            report = reports / f"{name}.xml"
            vitest = [*npm, "test", "--", "--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
            run_suite(tally, f"{name} tests", vitest, report)
        workers = str(min(4, os.cpu_count() or 2))
        quick = ["pytest", "-q", "-n", workers, "--dist", "worksteal", "tests/unit", "tests/property", "tests/golden"]
        quick.append("tests/simulation")
        run_suite(tally, "unit and property tests", [*quick, f"--junitxml={reports}/unit.xml"], reports / "unit.xml")
        engines = ["pytest", "-q", "-n", workers, "--dist", "loadfile", "tests/integration"]
        run_suite(
            tally, "integration tests", [*engines, f"--junitxml={reports}/integration.xml"], reports / "integration.xml"
        )
        browser = ["pytest", "-q", "-n", "2", "--dist", "loadfile", "tests/e2e"]
        run_suite(tally, "end-to-end tests", [*browser, f"--junitxml={reports}/e2e.xml"], reports / "e2e.xml")
    print(f"\n{tally}")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
