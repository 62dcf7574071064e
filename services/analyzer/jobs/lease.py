"""The lease of the job runner, in the control database: one runner at a time, told apart by a growing token.

Never trusted alone where the store's own lock is at hand: whoever holds that takes the lease over at once.
"""

from sqlalchemy import Engine
from sqlmodel import Session

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Lease
from shared.clock import SECOND_MS, Millis

RUNNER = "runner"
LEASE_MS = 10 * SECOND_MS


def take_lease(database: Engine, *, holder: str, now: Millis) -> int:
    """Take the runner's lease over and return its token; an earlier holder can tell by the token that it lost it."""
    with write_session(database) as session:
        lease = _load(session)
        if lease is None:
            lease = Lease(name=RUNNER, holder=holder, token=1, expires_at=now + LEASE_MS)
        elif lease.holder != holder:
            lease.holder, lease.token = holder, lease.token + 1
        lease.expires_at = now + LEASE_MS
        session.add(lease)
        session.flush()
        return lease.token


def renew_lease(database: Engine, *, holder: str, token: int, now: Millis) -> bool:
    """Prolong the lease; False when somebody else has it."""
    with write_session(database) as session:
        lease = _load(session)
        if lease is None or lease.holder != holder or lease.token != token:
            return False
        lease.expires_at = now + LEASE_MS
        session.add(lease)
        return True


def holds_lease(database: Engine, *, holder: str, token: int) -> bool:
    """Return whether the lease is still this holder's."""
    with read_session(database) as session:
        lease = session.get(Lease, RUNNER)
        return lease is not None and lease.holder == holder and lease.token == token


def _load(session: Session) -> Lease | None:
    return session.get(Lease, RUNNER, with_for_update=True)
