"""The console's types are made from the analyzer's own document."""

from pathlib import Path

from services.analyzer.openapi import write_openapi

CHECKED_IN = Path(__file__).parents[3] / "services" / "analyzer" / "console" / "openapi.json"


def test_the_openapi_document_is_fresh() -> None:
    assert CHECKED_IN.read_text() == write_openapi(), "run `make schema`"
