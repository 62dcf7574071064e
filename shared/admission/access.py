"""Who may write: the site of a key, the origins it allows, the addresses it calls its own.

Pure lookups over one snapshot.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from shared.snapshot.model import Site, Snapshot

Network = IPv4Network | IPv6Network


def hash_secret(secret_key: str) -> str:
    """Return the digest under which a secret key is kept. The key is 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret_key.encode()).hexdigest()


def parse_networks(texts: Sequence[str] | str) -> list[Network]:
    """Return the networks of a list, or of a comma-separated text; raises `ValueError` naming a wrong one."""
    parts = texts.split(",") if isinstance(texts, str) else texts
    return [ip_network(part.strip(), strict=False) for part in parts if part.strip()]


def is_in_networks(address: str, networks: Sequence[Network]) -> bool:
    """Return whether `address` lies in one of `networks`; a text that is no address lies in none."""
    if not networks:
        return False
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


@lru_cache(maxsize=4096)
def is_loopback(address: str) -> bool:
    """Return whether `address` is this machine; an empty one (a Unix socket) is."""
    try:
        return not address or ip_address(address).is_loopback
    except ValueError:
        return False


def resolve_client_address(peer: str, forwarded_for: str | None, trusted: Sequence[Network]) -> str:
    """Return the client's address: the rightmost forwarded one that is no trusted proxy, else the peer.

    Forwarded addresses count only when the peer itself is trusted: anybody can send the header.
    """
    address = peer
    if not forwarded_for:
        return address
    for hop in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
        if not is_in_networks(address, trusted):
            break
        address = hop
    return address


class SiteIndex:
    """The sites of one snapshot by what a request brings along."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.version = snapshot.version
        self.by_id = {site.id: site for site in snapshot.sites}
        self._by_write_key = {key: site for site in snapshot.sites for key in site.write_keys}
        self._by_secret_hash = {digest: site for site in snapshot.sites for digest in site.secret_key_hashes}
        self._origins = {
            site.id: frozenset(origin.lower().rstrip("/") for origin in site.origins) for site in snapshot.sites
        }
        self._internal = {site.id: _parse_lenient(site.internal_addresses) for site in snapshot.sites}

    def find_by_write_key(self, write_key: str | None) -> Site | None:
        """Return the site of a write key, None when it is missing or unknown."""
        return self._by_write_key.get(write_key) if write_key else None

    def find_by_secret_key(self, secret_key: str) -> Site | None:
        """Return the site of a secret key, None when unknown."""
        return self._by_secret_hash.get(hash_secret(secret_key))

    def allows_origin(self, site: Site, origin: str | None) -> bool:
        """Return whether `site` takes requests from `origin`; a request without one comes from no page and is taken.

        An allowed `https://*.shop.example` stands for every host below shop.example.
        """
        allowed = self._origins[site.id]
        if origin is None or not allowed:
            return True
        origin = origin.lower()
        if origin in allowed:
            return True
        scheme, _, host = origin.partition("://")
        parts = host.split(".")
        return any(f"{scheme}://*.{'.'.join(parts[cut:])}" in allowed for cut in range(1, len(parts)))

    def is_internal(self, site: Site, address: str) -> bool:
        """Return whether `address` is one of the site's own."""
        return is_in_networks(address, self._internal[site.id])


def _parse_lenient(texts: Sequence[str]) -> list[Network]:
    networks = []
    for text in texts:
        try:
            networks += parse_networks([text])
        except ValueError:
            continue  # the admin API refuses such a value; one from elsewhere matches nothing
    return networks
