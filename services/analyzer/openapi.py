"""Writes the analyzer's OpenAPI document, from which the console's types are made.

Never opens anything: the document is the same wherever it is written.
"""

import json
import sys

from services.analyzer.app import build_app
from shared.settings import AnalyzerSettings


def write_openapi() -> str:
    """Return the document as it is checked in."""
    return json.dumps(build_app(AnalyzerSettings()).openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(write_openapi())
