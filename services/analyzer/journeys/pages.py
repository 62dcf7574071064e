"""Groups the paths of pages, so that thousands of product pages become one place of the site.

Pure. A part that looks like an id becomes `:id`; so does a part with very many siblings.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

_LOOKS_LIKE_ID = re.compile(r"[0-9]|^.{33,}$|^[0-9a-f]{8,}$")
MOST_SIBLINGS = 20
"""More different parts than this at one place of the path are ids, whatever they look like."""
DEEPEST = 3
ID = ":id"


def group_paths(paths: Sequence[str]) -> list[str]:
    """Return the group of each path, at most three parts deep."""
    split = [_split(path) for path in paths]
    siblings: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for parts in split:
        for depth, part in enumerate(parts):
            siblings[parts[:depth]].add(part)
    crowded = {above for above, found in siblings.items() if len(found - {ID}) > MOST_SIBLINGS}
    return ["/" + "/".join(_name(parts, crowded)) for parts in split]


def _split(path: str) -> tuple[str, ...]:
    parts = [part for part in path.lower().split("/") if part][:DEEPEST]
    return tuple(ID if _LOOKS_LIKE_ID.search(part) else part for part in parts)


def _name(parts: tuple[str, ...], crowded: set[tuple[str, ...]]) -> list[str]:
    return [ID if parts[:depth] in crowded else part for depth, part in enumerate(parts)]
