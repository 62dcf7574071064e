"""Writes `docs/settings.md` from the settings classes: `python -m shared.settings_page > docs/settings.md`.

The only source of that page; a test fails when it is stale.
"""

import sys
from pathlib import Path

from shared.settings import AnalyzerSettings, CollectorSettings, EngagerSettings, SharedSettings

_SECTIONS = (
    ("All services", SharedSettings),
    ("Collector", CollectorSettings),
    ("Engager", EngagerSettings),
    ("Analyzer", AnalyzerSettings),
)


def _write_default(value: object) -> str:
    if isinstance(value, Path):
        root = Path(__file__).resolve().parent.parent
        return f"`{value.relative_to(root) if value.is_absolute() else value}`"
    return "empty" if value == "" else f"`{value}`"


def write_settings_page() -> str:
    """Return the page as Markdown."""
    lines = [
        "# Settings",
        "",
        "Every setting is an environment variable, or a line of `.env` in the folder a service is started in. They are",
        "read once, at start. Generated from `shared/settings.py` by `make schema`.",
    ]
    for title, settings in _SECTIONS:
        lines += ["", f"## {title}", "", "| variable | default | meaning |", "| --- | --- | --- |"]
        for name, field in settings.model_fields.items():
            if settings is not SharedSettings and name in SharedSettings.model_fields:
                continue
            lines.append(f"| `KIKKAKE_{name.upper()}` | {_write_default(field.default)} | {field.description} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(write_settings_page())
