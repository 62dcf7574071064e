"""Whose a message is, for one person at a time: the user it names, else its visitor's at that time, else the visitor.

Pure. Never says another thing than the relation `people`, which answers the same for everybody at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.analyzer.store.identities import Link
from shared.clock import Millis


@dataclass(frozen=True, slots=True)
class Person:
    """A person that is nobody else: no id of it was merged into another one."""

    id: str
    is_user: bool
    anonymous_ids: Sequence[str] = ()
    """The visitors that are, or once were, this person."""
    merged_ids: Sequence[str] = ()
    """The ids that were merged into this one."""
    links: Mapping[str, Sequence[Link]] = field(default_factory=dict)
    """Stretches of time of all visitors that may be this person."""

    def owns(self, ts: Millis, anonymous_id: str | None, user_id: str | None) -> bool:
        """Return whether a message with these ids is this person's."""
        named = user_id
        if named is None and anonymous_id is not None:
            links = self.links.get(anonymous_id, ())
            named = next((link.user_id for link in links if link.valid_from <= ts < link.valid_to), anonymous_id)
        return named == self.id or named in self.merged_ids
