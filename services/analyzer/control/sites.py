"""Sites and their keys: creation, rotation, and finding whose key was shown.

Never stores a secret key: only its SHA-256, which is enough for a random key of 256 bits.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from services.analyzer.control.models import Goal, Site, SiteKey
from services.analyzer.control.versions import raise_snapshot_version
from shared.admission.access import hash_secret
from shared.clock import Millis

DEFAULT_GOAL = "purchase"


@dataclass(frozen=True, slots=True)
class SiteKeys:
    """The keys of a site in clear; a secret key can be shown only when it is made."""

    write_key: str
    secret_key: str
    signing_key: str


def generate_keys() -> SiteKeys:
    """Return new random keys, 256 bits for the secret ones."""
    return SiteKeys(
        write_key=f"wk_{secrets.token_urlsafe(18)}",
        secret_key=f"sk_{secrets.token_urlsafe(32)}",
        signing_key=f"sig_{secrets.token_urlsafe(32)}",
    )


def create_site(session: Session, site: Site, keys: SiteKeys, *, now: Millis) -> None:
    """Add `site` with its keys and the goal `purchase`."""
    site.signing_key = keys.signing_key
    session.add(site)
    session.flush()
    _add_key(session, site.id, "write", keys.write_key, now)
    _add_key(session, site.id, "secret", hash_secret(keys.secret_key), now)
    session.add(Goal(site_id=site.id, id=DEFAULT_GOAL, name="Purchase", created_at=now, updated_at=now))
    raise_snapshot_version(session)


def ensure_site(
    session: Session,
    *,
    site_id: str,
    name: str,
    keys: SiteKeys,
    now: Millis,
    currency: str = "USD",
    time_zone: str = "UTC",
) -> bool:
    """Create the site with these keys unless it stands already; returns whether it had to be created.

    An existing site stays as it is: keys that were rotated since do not come back.
    """
    if session.get(Site, site_id) is not None:
        return False
    site = Site(
        id=site_id,
        name=name,
        currency=currency,
        time_zone=time_zone,
        signing_key=keys.signing_key,
        created_at=now,
        updated_at=now,
    )
    create_site(session, site, keys, now=now)
    return True


def rotate_key(session: Session, site_id: str, kind: str, *, now: Millis) -> str:
    """Replace every key of `kind` ("write", "secret" or "signing") by a new one and return it in clear."""
    keys = generate_keys()
    if kind == "signing":
        site = session.get(Site, site_id)
        if site is not None:
            site.signing_key = keys.signing_key
        raise_snapshot_version(session)
        return keys.signing_key
    for old in session.exec(select(SiteKey).where(SiteKey.site_id == site_id, SiteKey.kind == kind)):
        session.delete(old)
    new = keys.write_key if kind == "write" else keys.secret_key
    _add_key(session, site_id, kind, new if kind == "write" else hash_secret(new), now)
    raise_snapshot_version(session)
    return new


def find_site_of_secret(session: Session, key: str) -> str | None:
    """Return the id of the site whose secret key this is."""
    found = session.get(SiteKey, hash_secret(key))
    return found.site_id if found is not None and found.kind == "secret" else None


def load_keys(session: Session, site_id: str) -> tuple[list[str], list[str]]:
    """Return the write keys in clear and the hashes of the secret keys, oldest first."""
    rows = session.exec(
        select(SiteKey).where(SiteKey.site_id == site_id).order_by(col(SiteKey.created_at), col(SiteKey.value))
    ).all()
    return (
        [row.value for row in rows if row.kind == "write"],
        [row.value for row in rows if row.kind == "secret"],
    )


def load_stages(session: Session, site_id: str) -> list[dict[str, Any]]:
    """Return the operator's stages of customers, from the top; none where they go by number of conversions."""
    site = session.get(Site, site_id)
    return list(site.stages or []) if site is not None else []


def _add_key(session: Session, site_id: str, kind: str, value: str, now: Millis) -> None:
    session.add(SiteKey(value=value, site_id=site_id, kind=kind, created_at=now))
