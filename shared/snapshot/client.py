"""Keeps the last good snapshot in memory and follows changes within a second.

Never loses what it has: an unreadable or missing snapshot in Valkey leaves the last good one in place.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path

import msgspec
import redis.asyncio as redis

from shared import keys
from shared.snapshot.model import Snapshot, decode_snapshot
from shared.tasks import end_tasks

logger = logging.getLogger(__name__)

POLL_S = 0.5
"""How often the version is looked at; with the announcement lost, a change still arrives within a second."""


class SnapshotClient:
    """Follows the published snapshot.

    `cache`, if given, is a file in which the last good snapshot survives a restart without Valkey.
    """

    def __init__(
        self,
        client: "redis.Redis",
        *,
        on_change: Callable[[Snapshot], None] | None = None,
        cache: Path | None = None,
        poll_s: float = POLL_S,
    ) -> None:
        self._client = client
        self._on_change = on_change
        self._cache = cache
        self._poll_s = poll_s
        self._following: asyncio.Task[None] | None = None
        self.current: Snapshot | None = None

    async def start(self) -> None:
        """Load what there is and begin to follow; returns without a snapshot when there is none yet."""
        self._load_cache()
        await self.refresh()
        self._following = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Stop following."""
        if self._following is not None:
            await end_tasks([self._following])

    async def refresh(self) -> None:
        """Load the snapshot if a different version stands; keeps the present one when Valkey cannot say."""
        try:
            async with asyncio.timeout(2):
                version = await self._client.get(keys.SNAPSHOT_VERSION)
                if version is None or (self.current is not None and int(version) == self.current.version):
                    return
                raw = await self._client.get(keys.SNAPSHOT)
        except (redis.RedisError, OSError, TimeoutError, ValueError):
            return
        if isinstance(raw, bytes):
            self._take(raw, save=True)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._poll_s)
            await self.refresh()

    def _take(self, raw: bytes, *, save: bool) -> None:
        try:
            snapshot = decode_snapshot(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            logger.error("snapshot cannot be read, keeping the last good one: %s", error)
            return
        if self._on_change is not None:
            self._on_change(snapshot)
        self.current = snapshot
        if save and self._cache is not None:
            try:
                partial = self._cache.with_suffix(".part")
                partial.touch(mode=0o600)
                partial.write_bytes(raw)
                partial.replace(self._cache)
            except OSError as error:
                logger.warning("snapshot cannot be kept on disk: %s", error)

    def _load_cache(self) -> None:
        if self._cache is None:
            return
        with contextlib.suppress(FileNotFoundError):
            self._take(self._cache.read_bytes(), save=False)
