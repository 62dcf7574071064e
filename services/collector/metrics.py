"""What the collector counts, for Prometheus. Every metric is explained in `docs/operations.md`.

Labels have few, fixed values: never an id, a path or a key of a client.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class CollectorMetrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "kikkake_collector_requests", "Answers by route and status", ["route", "status"], registry=self.registry
        )
        self.messages = Counter(
            "kikkake_collector_messages",
            "Messages by verdict (accepted, or the code of the refusal)",
            ["verdict"],
            registry=self.registry,
        )
        self.replaced_times = Counter(
            "kikkake_collector_replaced_times",
            "Messages whose time was out of range and replaced",
            registry=self.registry,
        )
        self.store_seconds = Histogram(
            "kikkake_collector_store_seconds",
            "Time until accepted messages were durable",
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
            registry=self.registry,
        )
        self.spool_bytes = Gauge(
            "kikkake_collector_spool_bytes", "Bytes of the spool on this machine", registry=self.registry
        )
        self.spooled_entries = Counter(
            "kikkake_collector_spooled_entries", "Log entries that went to the spool", registry=self.registry
        )
        self.drained_entries = Counter(
            "kikkake_collector_drained_entries", "Spooled entries moved into the log", registry=self.registry
        )
        self.log_bytes = Gauge("kikkake_collector_log_bytes", "Bytes of the log in Valkey", registry=self.registry)
        self.log_available = Gauge(
            "kikkake_collector_log_available",
            "1 while messages go to the log, 0 while they are spooled",
            registry=self.registry,
        )
        # A labelled counter is looked up once: the lookup costs more than the count.
        self._requests: dict[tuple[str, int], Counter] = {}
        self._messages: dict[str, Counter] = {}

    def count_request(self, route: str, status: int) -> None:
        """Count one answer."""
        counter = self._requests.get((route, status))
        if counter is None:
            counter = self._requests[route, status] = self.requests.labels(route, str(status))
        counter.inc()

    def count_messages(self, verdict: str, count: int) -> None:
        """Count messages with the same verdict."""
        counter = self._messages.get(verdict)
        if counter is None:
            counter = self._messages[verdict] = self.messages.labels(verdict)
        counter.inc(count)
