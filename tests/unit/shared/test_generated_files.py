"""The SDK's wire types are the Python structs."""

import re
from pathlib import Path

from services.analyzer.metrics import Metrics
from services.collector.metrics import CollectorMetrics
from services.engager.metrics import EngagerMetrics
from shared.settings_page import write_settings_page
from shared.wire.typescript import write_wire_types

GENERATED = Path(__file__).parents[3] / "sdk" / "src" / "generated" / "wire.ts"


def test_the_generated_types_are_fresh() -> None:
    assert GENERATED.read_text() == write_wire_types(), "run `make schema`"


def test_the_settings_page_is_fresh() -> None:
    page = Path(__file__).parents[3] / "docs" / "settings.md"
    assert page.read_text() == write_settings_page(), "run `make schema`"


def test_every_metric_is_explained() -> None:
    page = (Path(__file__).parents[3] / "docs" / "operations.md").read_text()
    registries = (CollectorMetrics().registry, EngagerMetrics().registry, Metrics().registry)
    names = [family.name for registry in registries for family in registry.collect()]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_test_that_the_capabilities_name_exists() -> None:
    root = Path(__file__).parents[3]
    page = (root / "docs" / "capabilities.md").read_text()
    named = set(re.findall(r"`(tests/[^`]+)`", page))
    assert named and [name for name in sorted(named) if not (root / name).exists()] == []
