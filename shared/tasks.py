"""Ends background tasks for certain.

A client library may turn a cancellation that meets its own timeout into a timeout error, and the task goes on: one
cancellation is not enough.
"""

import asyncio
from collections.abc import Iterable

ASK_AGAIN_S = 0.2


async def end_tasks(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel `tasks` until every one of them has ended."""
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=ASK_AGAIN_S)
