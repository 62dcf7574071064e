"""Says in the data folder where a service answers, for commands on the same machine.

Never says where others may reach it: one that listens everywhere is reached by loopback.
"""

import json
from pathlib import Path
from typing import Literal

from shared.settings import SharedSettings
from shared.supervisor.credentials import write_private_file

Service = Literal["collector", "analyzer"]
DEFAULT_PORTS: dict[Service, int] = {"collector": 8001, "analyzer": 8003}


def locate_address(data_dir: Path, service: Service) -> Path:
    """Return the file that holds the service's address."""
    return data_dir / f"{service}.json"


def write_address(settings: SharedSettings, service: Service) -> None:
    """Write the service's address; of several of one folder the last one that started stands there."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    url = f"http://{f'[{host}]' if ':' in host else host}:{settings.port or DEFAULT_PORTS[service]}"
    write_private_file(locate_address(settings.data_dir, service), json.dumps({"url": url}).encode())


def read_address(data_dir: Path, service: Service) -> str | None:
    """Return the address of the folder's service, None when none has said it."""
    try:
        url = json.loads(locate_address(data_dir, service).read_text())["url"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return url if isinstance(url, str) else None
