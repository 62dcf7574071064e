"""Rows of each kind of import, beside the messages that they become at a site of Tokyo."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from shared.admission.imports import KINDS, build_import

CASES = msgspec.json.decode((Path(__file__).parent / "wire" / "imports" / "rows.json").read_bytes())
TOKYO = ZoneInfo("Asia/Tokyo")


def test_every_kind_has_a_case() -> None:
    assert {case["kind"] for case in CASES} == set(KINDS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{case['format']}")
def test_a_row_becomes_this_message(case: dict[str, object]) -> None:
    kind, row = str(case["kind"]), msgspec.convert(case["row"], dict[str, object])
    built = build_import(kind, row, is_text=case["format"] == "csv", zone=TOKYO)
    assert isinstance(built, bytes), built
    message = msgspec.json.decode(built)
    message["messageId"] = re.sub(r":[0-9a-f]{32}(:[0-9a-f]{32})?$", ":HASH", message["messageId"])
    assert message == case["message"]
