"""Ends background tasks for good.

Never trusts one cancellation: a library under the task may take it for its own timeout and go on.
"""

import asyncio
import contextlib

AGAIN_S = 0.2


async def end_task(task: "asyncio.Task[None] | None") -> None:
    """Cancel `task` until it is over; an error it ends with is its own affair and was logged there."""
    if task is None:
        return
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=AGAIN_S)
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await task
