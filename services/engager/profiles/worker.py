"""The worker: reads its partitions of the log and applies them to the profiles, exactly once.

What has to travel to other partitions is logged before the batch is stored: a crash in between repeats it, and the
receivers know what they were told already. Never holds state that a crash could lose.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

import msgspec
import redis.asyncio as redis

from services.engager.metrics import EngagerMetrics
from services.engager.profiles.apply import Place, apply_steps
from services.engager.profiles.lease import BEAT_S, Leases
from services.engager.profiles.profile import Profile, build_profile, decode_profile, encode_profile
from services.engager.profiles.steps import ProfileKey, Step, decode_for_profiles, list_keys, list_steps
from services.engager.profiles.store import load_checkpoint, load_profiles, save_batch
from shared.clock import Clock
from shared.log.entry import Erased, encode_entry
from shared.log.position import pack_position
from shared.log.reader import ReadEntry, quarantine, read_partitions
from shared.log.writer import LogUnavailable, LogWriter
from shared.rules.scores import SiteScores
from shared.tasks import end_tasks

logger = logging.getLogger(__name__)

MAX_ENTRIES = 64
"""Of a partition in one batch: decisions share the event loop, and a longer batch would hold them up."""
MAX_PROFILES = 200
BLOCK_MS = 250
PAUSE_S = 0.2
PROGRESS_MS = 500


class ProfileWorker:
    """Applies the log as long as it runs."""

    def __init__(
        self,
        client: "redis.Redis",
        writer: LogWriter,
        leases: Leases,
        metrics: EngagerMetrics,
        *,
        site_currency: Callable[[str], str],
        site_scores: Callable[[str], SiteScores],
        clock: Clock,
    ) -> None:
        self._client = client
        self._writer = writer
        self._leases = leases
        self._metrics = metrics
        self._site_currency = site_currency
        self._site_scores = site_scores
        self._clock = clock
        self._positions: dict[int, bytes] = {}
        self._stored: dict[int, bytes] = {}
        self._stored_at = clock()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to hold leases and to apply the log."""
        self._tasks = [asyncio.create_task(self._beat()), asyncio.create_task(self._work())]

    async def stop(self) -> None:
        """Stop after the batch under way and give the leases up."""
        await end_tasks(self._tasks)
        with contextlib.suppress(redis.RedisError, OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._leases.release()

    async def _beat(self) -> None:
        while True:
            try:
                await self._leases.beat()
            except (redis.RedisError, OSError) as error:
                # Nobody can have taken the partitions of a store that is away; the fence guards what follows.
                logger.debug("leases cannot be renewed: %s", error)
            self._metrics.partitions.set(len(self._leases.held))
            await asyncio.sleep(BEAT_S)

    async def _work(self) -> None:
        while True:
            try:
                await self._turn()
            except (redis.RedisError, OSError, LogUnavailable) as error:
                logger.warning("the log cannot be applied right now: %s", error)
                self._positions.clear()
                self._stored.clear()
                await asyncio.sleep(PAUSE_S)

    async def _turn(self) -> None:
        held = set(self._leases.held)
        for partition in held - self._positions.keys():
            self._stored[partition] = await load_checkpoint(self._client, partition)
            self._positions[partition] = self._stored[partition]
        self._positions = {partition: self._positions[partition] for partition in held}
        if not held:
            await asyncio.sleep(BEAT_S / 5)
            return
        found = await read_partitions(
            self._client, self._positions, max_entries=MAX_ENTRIES, block_ms=BLOCK_MS, decode=decode_for_profiles
        )
        batches = [self._apply(partition, entries) for partition, entries in found.items() if entries]
        for outcome in await asyncio.gather(*batches, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
        await self._store_progress()

    async def _store_progress(self) -> None:
        """Now and then store how far was read where nothing had to be applied, so that the log can be trimmed."""
        now = self._clock()
        if 0 <= now - self._stored_at < PROGRESS_MS:
            return
        self._stored_at = now
        behind = [partition for partition, read in self._positions.items() if read != self._stored[partition]]
        await asyncio.gather(*(self._save(partition, self._positions[partition], {}) for partition in behind))

    async def _save(
        self, partition: int, reached: bytes, profiles: dict[ProfileKey, bytes], erased: Sequence[ProfileKey] = ()
    ) -> bool:
        expected = self._stored[partition]
        if await save_batch(
            self._client, partition, expected=expected, reached=reached, profiles=profiles, erased=erased
        ):
            self._positions[partition] = self._stored[partition] = reached
            return True
        self._metrics.fenced.inc()
        self._positions.pop(partition, None)
        return False

    async def _apply(self, partition: int, entries: list[ReadEntry]) -> None:
        """Apply the entries of one partition, as many as one batch may touch profiles for."""
        steps, places, wanted, reached = await self._gather_steps(partition, entries)
        if not steps:
            self._positions[partition] = reached
            return
        stored = await load_profiles(self._client, partition, wanted)
        profiles = {key: self._decode(key, raw) for key, raw in zip(wanted, stored, strict=True)}
        outgoing = apply_steps(profiles, steps, places, self._site_scores)
        if outgoing:
            await self._writer.append_all([(target, encode_entry(entry)) for target, entry in outgoing])
        encoded = {key: encode_profile(profile) for key, profile in profiles.items()}
        erased = [key for step in steps if isinstance(step, Erased) for key in list_keys(step)]
        if not await self._save(partition, reached, encoded, erased):
            return
        self._metrics.applied.inc(len(steps))
        self._metrics.lag_seconds.observe(max(0, self._clock() - int(entries[0].id.partition(b"-")[0])) / 1000)

    async def _gather_steps(
        self, partition: int, entries: list[ReadEntry]
    ) -> tuple[list[Step], list[Place], list[ProfileKey], bytes]:
        steps: list[Step] = []
        places: list[Place] = []
        wanted: dict[ProfileKey, None] = {}
        reached = entries[0].id
        for entry in entries:
            if len(wanted) >= MAX_PROFILES:
                break
            reached = entry.id
            for part in entry.list_parts():
                if part.entry is None:
                    self._metrics.unreadable.labels("entry").inc()
                    await quarantine(self._client, "engager", partition, part)
                    continue
                found, unreadable = list_steps(part.entry, self._site_currency)
                if unreadable:
                    self._metrics.unreadable.labels("message").inc(len(unreadable))
                steps.extend(found)
                places.extend([(partition, pack_position(entry.id))] * len(found))
                wanted.update(dict.fromkeys(key for step in found for key in list_keys(step)))
        return steps, places, list(wanted), reached

    def _decode(self, key: ProfileKey, raw: bytes | None) -> Profile:
        try:
            return decode_profile(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._metrics.unreadable.labels("profile").inc()
            logger.error("a profile of site %s cannot be read and begins anew", key.site_id)
            return build_profile()
