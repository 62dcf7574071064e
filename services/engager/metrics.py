"""What the engager counts, for Prometheus.

Labels have few, fixed values: never an id or a key of a client.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)


class EngagerMetrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter("kikkake_engager_requests", "Decide answers by status", ["status"], registry=registry)
        self.decide_seconds = Histogram(
            "kikkake_engager_decide_seconds", "Time to answer a decide", buckets=_SECONDS, registry=registry
        )
        self.outcomes = Counter(
            "kikkake_engager_decisions",
            "Decisions by outcome: served, holdout, nothing, preview, or empty because the store was unavailable",
            ["outcome"],
            registry=registry,
        )
        self.conflicts = Counter(
            "kikkake_engager_ledger_conflicts", "Reservations tried again after a concurrent one", registry=registry
        )
        self.events = Counter(
            "kikkake_engager_events", "Events of decide requests by verdict", ["verdict"], registry=registry
        )
        self.undelivered = Counter(
            "kikkake_engager_undelivered_decisions", "Decision log rows dropped, the buffer full", registry=registry
        )
        self.applied = Counter("kikkake_engager_applied_steps", "Log steps applied to profiles", registry=registry)
        self.fenced = Counter(
            "kikkake_engager_fenced_batches", "Batches given up: another worker was first", registry=registry
        )
        self.unreadable = Counter(
            "kikkake_engager_unreadable",
            "Entries, messages and profiles nobody could decode",
            ["what"],
            registry=registry,
        )
        self.lag_seconds = Histogram(
            "kikkake_engager_lag_seconds", "From an entry's logging to its profile", buckets=_SECONDS, registry=registry
        )
        self.partitions = Gauge("kikkake_engager_partitions", "Partitions this engager works on", registry=registry)
        self.store_available = Gauge("kikkake_engager_store_available", "1 while Valkey answers", registry=registry)
        # A labelled counter is looked up once: the lookup costs more than the count.
        self._labelled: dict[tuple[str, str], Counter] = {}

    def count(self, counter: Counter, label: str, amount: int = 1) -> None:
        """Count under one label value."""
        key = (str(id(counter)), label)
        found = self._labelled.get(key)
        if found is None:
            found = self._labelled[key] = counter.labels(label)
        found.inc(amount)
