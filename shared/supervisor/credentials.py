"""What an embedded installation generated for itself, kept in `credentials.json` and the same at every start.

Never printed whole; the file is for its owner only (0600).
"""

import os
import secrets
from pathlib import Path

import msgspec


class FirstSite(msgspec.Struct, kw_only=True, frozen=True):
    """How the first site is set up; afterwards it is changed like any other."""

    id: str = "default"
    name: str = "Default"
    currency: str = "USD"
    time_zone: str = "UTC"


class Credentials(msgspec.Struct, kw_only=True, frozen=True):
    """The keys of the first site and of the installation."""

    site_id: str
    write_key: str
    secret_key: str
    signing_key: str
    admin_key: str
    console_password: str
    site: FirstSite = FirstSite()


def generate_credentials(site: FirstSite) -> Credentials:
    """Return fresh credentials; the prefixes say at sight what a key is for."""
    return Credentials(
        site_id=site.id,
        site=site,
        write_key=f"wk_{secrets.token_urlsafe(18)}",
        secret_key=f"sk_{secrets.token_urlsafe(32)}",
        signing_key=f"whsec_{secrets.token_urlsafe(32)}",
        admin_key=f"ak_{secrets.token_urlsafe(32)}",
        console_password=secrets.token_urlsafe(12),
    )


def load_or_create_credentials(path: Path, *, site: FirstSite) -> Credentials:
    """Return the credentials in `path`, made at the first start. Raises `msgspec.DecodeError` on a broken file."""
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=Credentials)
    credentials = generate_credentials(site)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private_file(path, msgspec.json.format(msgspec.json.encode(credentials)))
    return credentials


def write_private_file(path: Path, content: bytes) -> None:
    """Replace `path` atomically with `content`, readable by its owner only."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    file = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "wb") as writer:
        writer.write(content)
        writer.flush()
        os.fsync(writer.fileno())
    partial.replace(path)
