"""Where the embedded Valkey listens: a Unix socket, so that nothing on the network can reach it.

Pure but for the user's id.
"""

import hashlib
import os
import tempfile
from pathlib import Path

MAX_SOCKET_PATH_BYTES = 100
"""Socket addresses end at 104 to 108 bytes, by platform."""


def locate_socket(data_dir: Path) -> Path:
    """Return the socket's path: in the data folder, or a short one in the temporary folder when that is too long."""
    path = (data_dir / "valkey" / "valkey.sock").resolve()
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES:
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"kikkake-{os.getuid()}-{digest}.sock"
