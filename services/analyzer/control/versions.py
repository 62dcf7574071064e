"""The version of the snapshot: raised in the same transaction as the change that it stands for.

Never goes back: if Valkey holds a newer one (the database was restored), it jumps ahead of that.
"""

from sqlmodel import Session

from services.analyzer.control.models import SnapshotVersion


def raise_snapshot_version(session: Session, *, beyond: int = 0) -> int:
    """Raise the version by one, and above `beyond`; returns it."""
    row = session.get(SnapshotVersion, 1, with_for_update=True)
    if row is None:
        row = SnapshotVersion(id=1, version=0)
        session.add(row)
    row.version = max(row.version, beyond) + 1
    session.flush()
    return row.version


def load_snapshot_version(session: Session) -> int:
    """Return the version that ought to be published; 0 when nothing was ever changed."""
    row = session.get(SnapshotVersion, 1)
    return row.version if row is not None else 0
