"""Makes decoded JSON safe for every store: no U+0000, no integer beyond 64 bits.

Never changes anything else.
"""

import re
from typing import Any

_SUSPICIOUS = re.compile(rb"\\u0000|[0-9]{19}")
_INT64_MAX = 2**63 - 1
_INT64_MIN = -(2**63)


def needs_cleaning(raw: bytes) -> bool:
    """Return whether `raw` (JSON) could hold what `clean_value` replaces; most messages do not."""
    return _SUSPICIOUS.search(raw) is not None


def clean_value(value: Any) -> Any:
    """Return `value` with U+0000 as U+FFFD and integers beyond 64 bits as floats (None beyond a float)."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if _INT64_MIN <= value <= _INT64_MAX:
            return value
        try:
            return float(value)
        except OverflowError:
            return None
    if isinstance(value, dict):
        return {clean_value(key): clean_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [clean_value(inner) for inner in value]
    return value
