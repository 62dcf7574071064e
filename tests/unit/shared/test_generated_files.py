"""The SDK's wire types are the Python structs."""

from pathlib import Path

from shared.settings_page import write_settings_page
from shared.wire.typescript import write_wire_types

GENERATED = Path(__file__).parents[3] / "sdk" / "src" / "generated" / "wire.ts"


def test_the_generated_types_are_fresh() -> None:
    assert GENERATED.read_text() == write_wire_types(), "run `make schema`"


def test_the_settings_page_is_fresh() -> None:
    page = Path(__file__).parents[3] / "docs" / "settings.md"
    assert page.read_text() == write_settings_page(), "run `make schema`"
