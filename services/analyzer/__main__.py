"""`python -m services.analyzer`: serve until SIGTERM.

Never returns before the batch under way is stored.
"""

import gc
import os

from services.analyzer.app import build_app
from shared.address import DEFAULT_PORTS
from shared.server import serve
from shared.settings import AnalyzerSettings

NICENESS = 5


def main() -> None:
    """Read the settings and serve."""
    # On one machine with the others, those that sit in visitors' request paths go first.
    os.nice(NICENESS)
    # The engine's log and what it puts on disk for want of memory get their modes from here; both name visitors.
    os.umask(0o077)
    settings = AnalyzerSettings()
    serve(
        build_app(settings),
        host=settings.host,
        port=settings.port or DEFAULT_PORTS["analyzer"],
        log_level=settings.log_level,
    )
    gc.unfreeze()  # frozen for serving; DuckDB's bindings complain at exit about what is never collected


if __name__ == "__main__":
    main()
