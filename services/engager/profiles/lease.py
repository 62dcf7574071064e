"""Who works on which partition: leases shared out fairly among the living engagers.

A lease is only speed: two workers on one partition waste work, the fence of `store` keeps them from harm.
"""

import math

import redis.asyncio as redis

from shared import keys
from shared.log.partition import PARTITIONS

LEASE_MS = 5_000
SILENT_MS = 2_500
"""An engager not heard of for so long counts as gone, and its leases as free."""
BEAT_S = 0.5

_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
_TAKE = """
local owner = redis.call('GET', KEYS[1]) or ''
if owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
_DROP = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""


class Leases:
    """The partitions this engager holds. `beat` is to be called every `BEAT_S`."""

    def __init__(self, client: "redis.Redis", engager_id: str) -> None:
        self._client = client
        self._id = engager_id
        self.held: set[int] = set()

    async def beat(self) -> None:
        """Say that this engager lives, renew what it holds, give up its surplus and take its share of what is free."""
        living = await self._announce()
        share = math.ceil(PARTITIONS / max(1, len(living)))
        for partition in sorted(self.held):
            if not await self._run(_RENEW, partition, self._id, str(LEASE_MS)):
                self.held.discard(partition)
        for partition in sorted(self.held, reverse=True)[: max(0, len(self.held) - share)]:
            await self._drop(partition)
        for partition in range(PARTITIONS):
            if len(self.held) >= share:
                break
            if partition not in self.held:
                await self._try(partition, living)

    async def release(self) -> None:
        """Give everything up, so that others need not wait."""
        for partition in sorted(self.held):
            await self._drop(partition)
        await self._client.zrem(keys.ENGAGERS, self._id)

    async def _announce(self) -> set[str]:
        # The store's clock: those of two machines differ.
        seconds, micros = await self._client.execute_command("TIME")
        now = int(seconds) * 1_000 + int(micros) // 1_000
        await self._client.zadd(keys.ENGAGERS, {self._id: now})
        await self._client.zremrangebyscore(keys.ENGAGERS, "-inf", now - 10 * SILENT_MS)
        living: list[bytes] = await self._client.execute_command(
            "ZRANGEBYSCORE", keys.ENGAGERS, now - SILENT_MS, "+inf"
        )
        return {name.decode() for name in living}

    async def _try(self, partition: int, living: set[str]) -> None:
        stands: bytes | None = await self._client.execute_command("GET", keys.lease(partition))
        owner = (stands or b"").decode()
        if owner in living and owner != self._id:
            return
        if await self._run(_TAKE, partition, owner, self._id, str(LEASE_MS)):
            self.held.add(partition)

    async def _drop(self, partition: int) -> None:
        self.held.discard(partition)
        await self._run(_DROP, partition, self._id)

    async def _run(self, script: str, partition: int, *arguments: str) -> bool:
        return bool(await self._client.execute_command("EVAL", script, 1, keys.lease(partition), *arguments))
