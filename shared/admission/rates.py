"""Rates a second, by token bucket: a burst of one second's worth, then the rate.

The clock is a parameter; state is bounded.
"""

from collections import OrderedDict

MAX_BUCKETS = 50_000


class RateLimiter:
    """One bucket a name (a key or an address); the least recently used ones are forgotten beyond `MAX_BUCKETS`."""

    def __init__(self, rate_per_s: float) -> None:
        self._rate = rate_per_s
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str, *, now_s: float) -> float:
        """Take one token for `name`; returns 0 when there was one, else the seconds until there is."""
        tokens, then = self._buckets.pop(name, (self._rate, now_s))
        # A clock set back must not drain the bucket.
        tokens = min(self._rate, tokens + max(0.0, now_s - then) * self._rate)
        wait_s = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._buckets[name] = (tokens - 1 if tokens >= 1 else tokens, now_s)
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)
        return wait_s
