"""A job that has something to tell outlasts a Valkey that is away for a while, and gives up on one that stays away."""

import asyncio

import pytest
import redis

from services.analyzer.jobs.telling import ENTRIES_AT_ONCE, tell_log
from shared import keys
from shared.log.entry import FIELD, SegmentsChanged, encode_entry
from shared.log.writer import LogUnavailable, LogWriter
from shared.valkey import connect_valkey
from tests.builders import read_parts
from tests.conftest import ValkeyServer

ENTRIES = [
    (number % 2, encode_entry(SegmentsChanged("shop", f"p-{number}", False, ["fans"], [], 1)))
    for number in range(2 * ENTRIES_AT_ONCE + 1)
]


def read_persons(url: str) -> set[str]:
    """Return of whom the log tells."""
    with redis.Redis.from_url(url) as client:
        told = [fields[FIELD] for part in (0, 1) for _, fields in client.xrange(keys.log_stream(part))]
    return {entry.person_id for raw in told for entry in read_parts(raw) if isinstance(entry, SegmentsChanged)}


async def test_a_valkey_that_comes_back_is_told_everything(valkey_server: ValkeyServer) -> None:
    await asyncio.to_thread(valkey_server.kill)
    client = connect_valkey(valkey_server.url)
    told = asyncio.create_task(tell_log(LogWriter(client), ENTRIES))
    done, _ = await asyncio.wait([told], timeout=0.5)
    assert not done, "nobody is there to be told"
    await asyncio.to_thread(valkey_server.start)
    await told
    assert await asyncio.to_thread(read_persons, valkey_server.url) == {f"p-{number}" for number in range(len(ENTRIES))}
    await client.aclose()


async def test_one_that_stays_away_is_given_up(valkey_server: ValkeyServer) -> None:
    await asyncio.to_thread(valkey_server.kill)
    client = connect_valkey(valkey_server.url)
    with pytest.raises(LogUnavailable):
        await tell_log(LogWriter(client), ENTRIES, patience_s=0.0)
    await client.aclose()
