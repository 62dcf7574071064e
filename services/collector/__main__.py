"""Runs one collector: `python -m services.collector`."""

from services.collector.app import build_app
from shared.address import DEFAULT_PORTS
from shared.server import serve
from shared.settings import CollectorSettings

if __name__ == "__main__":
    settings = CollectorSettings()
    serve(
        build_app(settings),
        host=settings.host,
        port=settings.port or DEFAULT_PORTS["collector"],
        log_level=settings.log_level,
    )
