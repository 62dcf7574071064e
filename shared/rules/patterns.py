"""Regular expressions of rules: RE2, the engine DuckDB has too, so that both compilers match alike.

Never backtracks: a hostile pattern costs linear time.
"""

from collections.abc import Callable
from functools import lru_cache

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
def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Return the search for `pattern` anywhere in a text. Raises `re2.error`."""
    # The wrapper's own `search` builds a match object that nobody reads, at five times the cost of the match.
    match = re2.compile(pattern, _options)._regexp.Match
    anywhere = re2._re2.RE2.Anchor.UNANCHORED

    def search(text: str) -> bool:
        encoded = text.encode("utf-8", "replace")
        found: bool = match(anywhere, encoded, 0, len(encoded))[0][0] >= 0
        return found

    return search
