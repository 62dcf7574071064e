"""Where profiles stand: loads a batch with one command, saves it with one script behind a fence.

The checkpoint is the fence: a batch is stored only if the last log id in Valkey is the one the batch began from.
"""

from collections.abc import Sequence

import redis.asyncio as redis

from services.engager.profiles.steps import ProfileKey
from shared import keys
from shared.clock import DAY_MS
from shared.log.reader import FIRST_ID

PROFILE_KEPT_MS = 400 * DAY_MS

_SAVE = """
local stands = redis.call('GET', KEYS[1]) or '0-0'
if stands ~= ARGV[1] then return 0 end
local kept = tonumber(ARGV[4])
for index = 1, kept do
    redis.call('SET', KEYS[index + 1], ARGV[index + 4], 'PX', ARGV[3])
end
for index = kept + 2, #KEYS do
    redis.call('DEL', KEYS[index])
end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""


def build_profile_key(partition: int, key: ProfileKey) -> str:
    """Return the Valkey key of a profile of this partition."""
    build = keys.user_profile if key.is_user else keys.visitor_profile
    return build(partition, key.site_id, key.id)


async def load_checkpoint(client: "redis.Redis", partition: int) -> bytes:
    """Return the last log id whose effects stand in the profiles."""
    stands: bytes | None = await client.execute_command("GET", keys.engager_checkpoint(partition))
    return stands or FIRST_ID


async def load_profiles(client: "redis.Redis", partition: int, wanted: list[ProfileKey]) -> list[bytes | None]:
    """Return the stored profiles in the order of `wanted`, None for an unknown one."""
    if not wanted:
        return []
    found: list[bytes | None] = await client.execute_command(
        "MGET", *(build_profile_key(partition, key) for key in wanted)
    )
    return found


async def save_batch(
    client: "redis.Redis",
    partition: int,
    *,
    expected: bytes,
    reached: bytes,
    profiles: dict[ProfileKey, bytes],
    erased: Sequence[ProfileKey] = (),
) -> bool:
    """Store `profiles` and the new checkpoint at once, and forget what was promised to the `erased`.

    False when another worker has been here since `expected`.
    """
    names = [
        keys.engager_checkpoint(partition),
        *(build_profile_key(partition, key) for key in profiles),
        *(keys.prompt_ledger(partition, key.site_id, key.id) for key in erased),
    ]
    arguments = [expected, reached, str(PROFILE_KEPT_MS), str(len(profiles)), *profiles.values()]
    return bool(await client.execute_command("EVAL", _SAVE, len(names), *names, *arguments))
