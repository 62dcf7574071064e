"""Every Valkey key, made in one place.

Nothing else may build a key. Keys of one partition share the hash tag `{pN}`.
"""

_PREFIX = "kk"

SNAPSHOT = f"{_PREFIX}:snapshot"
"""string, no TTL. The snapshot (msgpack). Writer: analyzer. Readers: collector, engager."""

SNAPSHOT_VERSION = f"{_PREFIX}:snapshot:version"
"""string (decimal), no TTL. Version of the snapshot. Writer: analyzer. Readers: collector, engager."""

SNAPSHOT_CHANNEL = f"{_PREFIX}:snapshot:changed"
"""pub/sub channel. Says that a newer snapshot stands. Writer: analyzer. Readers: collector, engager."""

INSTALLATION = f"{_PREFIX}:installation"
"""hash, no TTL. `partitions`: the fixed number of partitions. Writer: whoever starts first. Readers: all."""

ENGAGERS = f"{_PREFIX}:engagers"
"""sorted set, no TTL. Living engagers by the time they were last heard of. Writer, reader: engager."""

QUARANTINE = f"{_PREFIX}:quarantine"
"""stream, capped at 1,000. Log entries nobody could decode. Writers: engager, analyzer. Reader: an operator."""


def log_stream(partition: int) -> str:
    """stream, trimmed by the analyzer behind both consumers. Writers: all services. Readers: engager, analyzer."""
    return f"{_PREFIX}:{{p{partition}}}:log"


def engager_checkpoint(partition: int) -> str:
    """string, no TTL. Last log id that profiles contain; also the fence. Writer: engager. Reader: analyzer (trims)."""
    return f"{_PREFIX}:{{p{partition}}}:checkpoint:engager"


def analyzer_checkpoint(partition: int) -> str:
    """string, no TTL. Last log id stored, copied here after the commit. Writer: analyzer. Readers: operators."""
    return f"{_PREFIX}:{{p{partition}}}:checkpoint:analyzer"


def lease(partition: int) -> str:
    """string, TTL 5 s. Which engager works on the partition; only speed, never safety. Writer, reader: engager."""
    return f"{_PREFIX}:{{p{partition}}}:lease"


def visitor_profile(partition: int, site_id: str, anonymous_id: str) -> str:
    """string, TTL 400 d. A visitor's profile as one value. Writer: engager worker. Reader: engager decide."""
    return f"{_PREFIX}:{{p{partition}}}:v:{site_id}:{anonymous_id}"


def user_profile(partition: int, site_id: str, user_id: str) -> str:
    """string, TTL 400 d. A user's profile as one value. Writer: engager worker. Reader: engager decide."""
    return f"{_PREFIX}:{{p{partition}}}:u:{site_id}:{user_id}"


def prompt_ledger(partition: int, site_id: str, visitor_id: str) -> str:
    """string, TTL 400 d. A browser's assignments and open reservations. Writer, reader: engager decide."""
    return f"{_PREFIX}:{{p{partition}}}:r:{site_id}:{visitor_id}"
