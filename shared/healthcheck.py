"""`python -m shared.healthcheck`: exits 0 when this container's service is ready, for a container's healthcheck.

Asks the service itself, nothing else.
"""

import sys

import httpx

from shared.settings import SharedSettings


def check_ready(port: int) -> bool:
    """Return whether the service on this machine's `port` answers that it is ready (degraded counts)."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=4).status_code == 200
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    sys.exit(not check_ready(SharedSettings().port))
