"""Which browser a user agent string names, in the words of people (Chrome on a phone and on a desk are both Chrome).

Pure; never more words than there are browsers of note.
"""

from functools import lru_cache

import ua_parser

UNKNOWN = "unknown"
_LONGEST = 64


@lru_cache(maxsize=16_384)
def classify_browser(user_agent: str) -> str:
    """Return the browser's family without "Mobile" and the like; `unknown` for a string that names none."""
    found = ua_parser.parse_user_agent(user_agent)
    if found is None:
        return UNKNOWN
    name = found.family.removesuffix(" iOS").removesuffix(" WebView").removeprefix("Mobile ")
    name = name.removesuffix(" Mobile").removeprefix("Headless")
    return name[:_LONGEST] or UNKNOWN
