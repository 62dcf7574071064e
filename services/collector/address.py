"""Says in the data folder where the collector answers, for commands on the same machine.

Of several collectors of one folder the last one that started stands there.
"""

import json
from pathlib import Path

from shared.settings import CollectorSettings
from shared.supervisor.credentials import write_private_file

DEFAULT_PORT = 8001


def locate_address(data_dir: Path) -> Path:
    """Return the file that holds the address."""
    return data_dir / "collector.json"


def write_address(settings: CollectorSettings) -> None:
    """Write this collector's address; one that listens everywhere is reached by loopback."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    url = f"http://{f'[{host}]' if ':' in host else host}:{settings.port or DEFAULT_PORT}"
    write_private_file(locate_address(settings.data_dir), json.dumps({"url": url}).encode())


def read_address(data_dir: Path) -> str | None:
    """Return the address of the folder's collector, None when none has said it."""
    try:
        url = json.loads(locate_address(data_dir).read_text())["url"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return url if isinstance(url, str) else None
