"""Says in the data folder where the analyzer answers, for commands on the same machine.

Never written by an analyzer on standby.
"""

import json
from pathlib import Path

from shared.settings import AnalyzerSettings
from shared.supervisor.credentials import write_private_file

DEFAULT_PORT = 8003


def locate_address(data_dir: Path) -> Path:
    """Return the file that holds the address."""
    return data_dir / "analyzer.json"


def write_address(settings: AnalyzerSettings) -> None:
    """Write this analyzer's address; one that listens everywhere is reached by loopback."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    url = f"http://{f'[{host}]' if ':' in host else host}:{settings.port or DEFAULT_PORT}"
    write_private_file(locate_address(settings.data_dir), json.dumps({"url": url}).encode())


def read_address(data_dir: Path) -> str | None:
    """Return the address of the folder's analyzer, None when none says that it runs."""
    try:
        url = json.loads(locate_address(data_dir).read_text())["url"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return url if isinstance(url, str) else None
