"""Serves the built browser SDK from memory: compressed, with an ETag, by the names of its manifest only.

Never touches the disk in a request.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from shared.admission.cors import Headers

CORE = "kikkake.js"
CORE_CACHE = b"public, max-age=300"
MODULE_CACHE = b"public, max-age=31536000, immutable"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@dataclass(frozen=True, slots=True)
class SdkFile:
    """One file of the SDK in every encoding there is of it."""

    etag: str
    cache_control: bytes
    bodies: dict[str, bytes]

    def choose(self, accept_encoding: str, if_none_match: str) -> tuple[int, bytes, Headers]:
        """Return status, body and headers for a request with these headers."""
        headers: Headers = [
            (b"cache-control", self.cache_control),
            (b"etag", self.etag.encode()),
            (b"vary", b"Accept-Encoding"),
            (b"access-control-allow-origin", b"*"),
            (b"cross-origin-resource-policy", b"cross-origin"),
            (b"x-content-type-options", b"nosniff"),
        ]
        known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        if self.etag in known or "*" in known:
            return 304, b"", headers
        offered = {part.partition(";")[0].strip() for part in accept_encoding.split(",")}
        for encoding in self.bodies:
            if encoding and encoding in offered:
                return 200, self.bodies[encoding], [*headers, (b"content-encoding", encoding.encode())]
        return 200, self.bodies[""], headers


def load_sdk(folder: Path) -> dict[str, SdkFile]:
    """Return the SDK's files by name; empty when it was never built (readiness says so)."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return {}
    names: dict[str, object] = msgspec.json.decode(manifest.read_bytes(), type=dict[str, object])
    files = {}
    for name in names:
        plain = (folder / name).read_bytes()
        bodies = {
            encoding: (folder / f"{name}{suffix}").read_bytes()
            for encoding, suffix in _ENCODINGS
            if (folder / f"{name}{suffix}").is_file()
        }
        files[name] = SdkFile(
            etag=f'"{hashlib.sha256(plain).hexdigest()[:32]}"',
            cache_control=CORE_CACHE if name == CORE else MODULE_CACHE,
            bodies={**bodies, "": plain},
        )
    return files
