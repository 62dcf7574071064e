"""Runs one collector: `python -m services.collector`."""

from services.collector.app import build_app
from shared.server import serve
from shared.settings import CollectorSettings

DEFAULT_PORT = 8001

if __name__ == "__main__":
    settings = CollectorSettings()
    serve(build_app(settings), host=settings.host, port=settings.port or DEFAULT_PORT, log_level=settings.log_level)
