"""Runs one engager: `python -m services.engager`."""

from services.engager.app import build_app
from shared.server import serve
from shared.settings import EngagerSettings

DEFAULT_PORT = 8002

if __name__ == "__main__":
    settings = EngagerSettings()
    serve(build_app(settings), host=settings.host, port=settings.port or DEFAULT_PORT, log_level=settings.log_level)
