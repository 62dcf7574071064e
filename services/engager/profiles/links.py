"""Whose a visitor's events are: the users it was linked to, each from a moment on.

Pure. The first link reaches back to the visitor's beginning; a later one holds from its own time.
"""

from collections.abc import Iterable

from shared.clock import Millis

Link = tuple[Millis, str]


def compress_links(points: Iterable[Link]) -> list[Link]:
    """Return `points` (time, user) in order of time, without those that change nothing.

    Of several at one time the last given holds.
    """
    links: list[Link] = []
    for point in sorted(points, key=lambda point: point[0]):
        if links and links[-1][0] == point[0]:
            links.pop()
        if not links or links[-1][1] != point[1]:
            links.append(point)
    return links


def find_owner(links: list[Link], at: Millis) -> str | None:
    """Return the user whom an event at `at` belongs to, None for a visitor without links."""
    if not links:
        return None
    owner = links[0][1]
    for since, user_id in links[1:]:
        if since > at:
            break
        owner = user_id
    return owner
