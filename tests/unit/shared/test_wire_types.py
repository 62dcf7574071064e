"""The SDK's wire types are the Python structs."""

from pathlib import Path

from shared.wire.typescript import write_wire_types

GENERATED = Path(__file__).parents[3] / "sdk" / "src" / "generated" / "wire.ts"


def test_the_generated_types_are_fresh() -> None:
    assert GENERATED.read_text() == write_wire_types(), "run `make schema`"
