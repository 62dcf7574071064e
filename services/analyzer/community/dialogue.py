"""How deep the talk goes: threads, who answers whom, and how soon.

Pure. Never counts an author's own words as an answer, nor a post as unanswered before others had their time.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.clock import HOUR_MS, Millis

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MOST_DEPTH = 64
"""Deeper threads count as so deep; replies that answer each other in a circle end here."""


@dataclass(frozen=True, slots=True)
class Said:
    """Posts and replies by time; `parent` is the row of what each answers, -1 for none."""

    member: Ints
    ts: Ints
    is_post: Bools
    parent: Ints


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Of the posts of a window. `followed`: those whose time for an answer is over, `answered` within that time."""

    posts: int
    replies: int
    followed: int
    answered: int
    hours_to_answer: list[float]
    mean_depth: float | None
    most_depth: int
    participants: float | None


def measure_dialogue(said: Said, start: Millis, end: Millis, patience_ms: Millis) -> Dialogue:
    """Return the threads of the posts in [start, end); answers count until `end`. O(rows x depth)."""
    depth, root = _climb(said)
    inside = (said.ts >= start) & (said.ts < end)
    posts = np.flatnonzero(said.is_post & inside)
    in_thread = (root >= 0) & (depth > 0) & (said.ts < end)
    in_thread &= said.is_post[np.maximum(root, 0)] & np.isin(root, posts)
    replies = np.flatnonzero(in_thread)
    of = root[replies]
    by_others = (said.member[replies] != said.member[of]) & (said.ts[replies] >= said.ts[of])
    first = np.full(len(said.ts), np.iinfo(np.int64).max)
    np.minimum.at(first, of[by_others], said.ts[replies][by_others])
    waited = first[posts] - said.ts[posts]
    followed = said.ts[posts] + patience_ms <= end
    answered = waited <= patience_ms
    hours = np.sort(waited[answered] / HOUR_MS)
    deepest = np.zeros(len(said.ts), dtype=np.int64)
    np.maximum.at(deepest, of, depth[replies])
    threads = np.unique(of)
    pairs = np.unique(np.stack([np.append(of, threads), said.member[np.append(replies, threads)]]), axis=1)
    return Dialogue(
        posts=len(posts),
        replies=len(replies),
        followed=int(followed.sum()),
        answered=int((followed & answered).sum()),
        hours_to_answer=hours.tolist(),
        mean_depth=float(deepest[posts].mean()) if len(posts) else None,
        most_depth=int(deepest[posts].max()) if len(posts) else 0,
        participants=pairs.shape[1] / len(threads) if len(threads) else None,
    )


def _climb(said: Said) -> tuple[Ints, Ints]:
    """Return how far below its thread's first word each stands, and which that is (-1 in a circle)."""
    depth = np.zeros(len(said.ts), dtype=np.int64)
    root = np.arange(len(said.ts), dtype=np.int64)
    for _ in range(MOST_DEPTH):
        above = said.parent[root]
        climbing = above >= 0
        if not climbing.any():
            return depth, root
        depth += climbing
        root = np.where(climbing, above, root)
    return depth, np.where(said.parent[root] >= 0, -1, root)
