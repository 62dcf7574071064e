"""Sends messages to a collector as a server-side client would: in order of time, in batches, with retries.

Never gives a batch up silently: what the collector refuses is raised in words.
"""

import asyncio
import gzip
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpx
import msgspec

from shared.clock import to_rfc3339

BATCH_MESSAGES = 400
BATCH_BYTES = 400_000
CONNECTIONS = 4
RETRIES = 8


class DeliveryError(Exception):
    """The collector refused a batch, or cannot be reached."""


def build_batches(messages: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the messages in order of time, in batches within the collector's limits."""
    batches: list[list[dict[str, Any]]] = [[]]
    size = 0
    for message in sorted(messages, key=lambda row: (row["at"], row["messageId"])):
        row = {name: value for name, value in message.items() if name != "at"}
        row["timestamp"] = to_rfc3339(round(message["at"] * 1000))
        length = len(msgspec.json.encode(row))
        if batches[-1] and (len(batches[-1]) >= BATCH_MESSAGES or size + length > BATCH_BYTES):
            batches.append([])
            size = 0
        batches[-1].append(row)
        size += length
    return batches


async def _post(client: httpx.AsyncClient, url: str, write_key: str, batch: Sequence[dict[str, Any]]) -> None:
    body = gzip.compress(msgspec.json.encode({"writeKey": write_key, "batch": batch}), 1)
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    words = ""
    for attempt in range(RETRIES):
        try:
            answer = await client.post(f"{url}/v1/batch", content=body, headers=headers)
        except httpx.HTTPError as error:
            words = str(error) or type(error).__name__
        else:
            if answer.status_code == 200 and not answer.json()["rejected"]:
                return
            words = answer.text[:300]
            if answer.status_code != 429 and answer.status_code < 500:
                break
        await asyncio.sleep(min(5.0, 0.2 * 2**attempt))
    raise DeliveryError(f"the collector at {url} did not take a batch: {words}")


async def deliver(
    batches: Sequence[Sequence[dict[str, Any]]], *, collector: str, write_key: str, on_sent: Callable[[int], None]
) -> None:
    """Send every batch; `on_sent` is told the number of messages of each. Raises `DeliveryError`."""
    waiting = iter(batches)
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=CONNECTIONS)) as client:

        async def work() -> None:
            for batch in waiting:
                await _post(client, collector, write_key, batch)
                on_sent(len(batch))

        await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
