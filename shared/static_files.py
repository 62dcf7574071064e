"""Built files served from memory: compressed, with an ETag, by the names of the build's manifest only.

Never touches the disk in a request.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import msgspec

from shared.admission.cors import Headers

IMMUTABLE = b"public, max-age=31536000, immutable"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file in every encoding there is of it."""

    etag: str
    media_type: str
    cache_control: bytes
    bodies: dict[str, bytes]

    def choose(self, accept_encoding: str, if_none_match: str) -> tuple[int, bytes, Headers]:
        """Return status, body and headers for a request with these headers."""
        headers: Headers = [
            (b"cache-control", self.cache_control),
            (b"etag", self.etag.encode()),
            (b"vary", b"Accept-Encoding"),
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


def load_built_files(folder: Path, *, mutable: dict[str, bytes]) -> dict[str, StaticFile]:
    """Return the files that `folder/manifest.json` names, by name; empty when nothing was built.

    `mutable`: the `Cache-Control` of files whose name carries no content hash; the others never change.
    """
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
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        files[name] = StaticFile(
            etag=f'"{hashlib.sha256(plain).hexdigest()[:32]}"',
            media_type=f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type,
            cache_control=mutable.get(name, IMMUTABLE),
            bodies={**bodies, "": plain},
        )
    return files
