"""One way to connect to Valkey: no hidden retries, and a bound on every wait.

A retry is the caller's decision: an append that was sent twice is counted once, but only the caller knows the deadline.
"""

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


def connect_valkey(url: str, *, timeout_s: float = 2.0, max_connections: int = 64) -> "redis.Redis":
    """Return a client of the Valkey or Redis at `url`; nothing is connected before the first command."""
    return redis.Redis.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        max_connections=max_connections,
        protocol=2,
    )
