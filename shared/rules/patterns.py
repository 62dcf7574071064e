"""Regular expressions of rules: RE2, the engine DuckDB has too, so that both compilers match alike.

Never backtracks: a hostile pattern costs linear time.
"""

from functools import lru_cache
from typing import Any

import re2

_options = re2.Options()
_options.log_errors = False
_options.max_mem = 1 << 20


def check_pattern(pattern: str) -> str | None:
    """Return why `pattern` cannot be run, or None when it can."""
    try:
        compile_pattern(pattern)
    except re2.error as problem:
        return str(problem.args[0], "utf-8", "replace") if isinstance(problem.args[0], bytes) else str(problem)
    return None


@lru_cache(maxsize=1_024)
def compile_pattern(pattern: str) -> Any:
    """Return the compiled pattern; its `search` finds anywhere. Raises `re2.error`."""
    return re2.compile(pattern, _options)
