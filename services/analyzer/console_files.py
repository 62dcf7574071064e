"""The built console: one page for every address below /console, and the files it loads.

Never serves a path that the build did not list.
"""

from dataclasses import dataclass
from pathlib import Path

from shared.static_files import StaticFile, load_built_files

DIST = Path(__file__).resolve().parent / "console" / "dist"
PAGE = "index.html"
PAGE_CACHE = b"no-cache"


@dataclass(frozen=True, slots=True)
class ConsoleFiles:
    """The files of one build by name."""

    files: dict[str, StaticFile]

    @classmethod
    def load(cls, folder: Path = DIST) -> "ConsoleFiles":
        """Return the build in `folder`; empty when there is none."""
        return cls(load_built_files(folder, mutable={PAGE: PAGE_CACHE}))

    def find(self, path: str) -> StaticFile | None:
        """Return the file at `path` below /console; any other address is the one page, which routes by itself."""
        return self.files.get(path) or (self.files.get(PAGE) if "." not in path.rpartition("/")[2] else None)
