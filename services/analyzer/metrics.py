"""The analyzer's Prometheus metrics, in a registry of its own.

Labels have few, fixed values.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """Every metric of the analyzer."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.stored = Counter("kikkake_analyzer_stored", "Messages stored", registry=self.registry)
        self.duplicates = Counter(
            "kikkake_analyzer_duplicates", "Messages that were stored before", registry=self.registry
        )
        self.decisions = Counter("kikkake_analyzer_decisions", "Decisions stored", registry=self.registry)
        self.quarantined = Counter(
            "kikkake_analyzer_quarantined",
            "Log entries, messages or rows that could not be stored",
            ["reason"],
            registry=self.registry,
        )
        self.behind = Gauge(
            "kikkake_analyzer_log_age_seconds",
            "Age of the last entry stored, while there is more",
            registry=self.registry,
        )
        self.ingest_seconds = Histogram(
            "kikkake_analyzer_ingest_seconds", "Time to store one batch of the log", registry=self.registry
        )
        self.snapshot_version = Gauge(
            "kikkake_analyzer_snapshot_version", "Version of the published snapshot", registry=self.registry
        )
        self.job_seconds = Histogram(
            "kikkake_analyzer_job_seconds",
            "Time of a job run",
            ["job", "status"],
            buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 1800),
            registry=self.registry,
        )
        self.active = Gauge(
            "kikkake_analyzer_active",
            "1 when this analyzer holds the event store, 0 on standby",
            registry=self.registry,
        )
