"""The SQL files: each has its header, says its parameters, and the columns agree with the schema."""

import re
from pathlib import Path

import pytest

from services.analyzer.store.columns import EVENT_COLUMNS
from services.analyzer.store.questions import FOLDER, load_question

FILES = sorted(FOLDER.glob("*.sql"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_question_says_purpose_parameters_and_grain(file: Path) -> None:
    lines = file.read_text().splitlines()
    header = "\n".join(line for line in lines if line.startswith("--"))
    for word in ("Purpose:", "Parameters:", "Grain:"):
        assert word in header, f"{file.name} does not say its {word}"
    body = "\n".join(line for line in lines if not line.startswith("--"))
    used = set(re.findall(r"\$[a-z_]+\b", body)) | ({"{where}"} if "{where}" in body else set())
    for parameter in used:
        assert parameter in header, f"{file.name} uses {parameter} and does not say so"


def test_every_question_is_asked_somewhere() -> None:
    code = "\n".join(file.read_text() for file in FOLDER.parents[1].rglob("*.py"))
    for file in FILES:
        erasing = file.stem.startswith("erase_")
        assert erasing or re.search(rf"['\"]{file.stem}['\"]", code), f"{file.name} is never asked"


def test_the_columns_are_those_of_the_schema() -> None:
    (events,) = re.findall(r"CREATE TABLE IF NOT EXISTS {name} \((.*?)\n\);", load_question("events_table"), re.DOTALL)
    declared = [tuple(line.split()[:2]) for line in events.strip().splitlines()]
    plain = [(name, kind.rstrip(",")) for name, kind in declared]
    assert plain[2:] == list(EVENT_COLUMNS)
