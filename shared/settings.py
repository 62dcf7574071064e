"""Settings of every service, read once from `KIKKAKE_*` variables or `.env`; documented in `docs/settings.md`.

The environment is read nowhere else.
"""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.embedded.socket import locate_socket


class SharedSettings(BaseSettings):
    """What all services need."""

    model_config = SettingsConfigDict(env_prefix="KIKKAKE_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(Path(".kikkake"), description="Folder of everything the installation keeps.")
    valkey_url: str = Field(
        "",
        description="`redis://host:port/0` of a Valkey or Redis. Empty: the embedded one of the data folder.",
    )
    wait_replicas: int = Field(
        0, ge=0, description="Replicas that must hold an entry before it is acknowledged (`WAIT`)."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(0, ge=0, le=65535, description="Port to listen on; 0: the service's default.")
    log_level: str = Field("INFO", description="Least severe level that is logged.")

    def resolve_valkey_url(self) -> str:
        """Return the Valkey to use: the given URL, else the socket of the embedded server."""
        return self.valkey_url or f"unix://{locate_socket(self.data_dir)}"


class CollectorSettings(SharedSettings):
    """What only the collector needs."""

    log_max_bytes: int = Field(
        1_000_000_000, description="Bytes the log may take in Valkey before collectors spool to disk instead."
    )
    spool_max_bytes: int = Field(2_000_000_000, description="Bytes the spool may take before 503 is answered.")
    rate_key_per_s: float = Field(2_000, description="Requests a second for one key, in one process.")
    rate_address_per_s: float = Field(
        200, description="Requests a second from one address, in one process; loopback is exempt."
    )
    trusted_proxies: str = Field(
        "", description="Addresses or networks, comma-separated, whose forwarded addresses count."
    )
    sdk_dir: Path = Field(
        Path(__file__).resolve().parent.parent / "sdk" / "dist",
        description="Folder of the built browser SDK.",
    )
    engager_public_url: str = Field(
        "", description="Where browsers reach the engager, told to the SDK by the settings route."
    )


class EngagerSettings(SharedSettings):
    """What only the engager needs."""

    read_timeout_ms: int = Field(250, description="Longest wait for a profile before an empty answer is given.")
    write_timeout_ms: int = Field(250, description="Longest wait for a reservation before an empty answer is given.")
    events_timeout_ms: int = Field(500, description="Longest wait for `events` of a decide to become durable.")
    rate_key_per_s: float = Field(10_000, description="Decide requests a second for one key, in one process.")
    rate_address_per_s: float = Field(
        200, description="Requests a second from one address, in one process; loopback is exempt."
    )
    trusted_proxies: str = Field(
        "", description="Addresses or networks, comma-separated, whose forwarded addresses count."
    )
    workers: bool = Field(True, description="Whether this process also applies the log to profiles.")


class AnalyzerSettings(SharedSettings):
    """What only the analyzer needs."""

    database_url: str = Field("", description="Control database; empty: SQLite in the data folder.")
    events_url: str = Field("", description="Event store; empty: DuckDB in the data folder.")
    memory_limit_mb: int = Field(2_048, ge=256, description="Memory DuckDB may take before it spills to disk.")
    admin_key: str = Field("", description="Key that may create sites; empty: no remote creation.")
    console_password: str = Field("", description="Password of the console.")
    collector_public_url: str = Field("", description="Where browsers reach the collector, for the console's snippet.")
    engager_public_url: str = Field("", description="Where browsers reach the engager, for the console's snippet.")
    ingest_interval_ms: int = Field(1_000, ge=50, description="Pause between two looks at the log.")
    schedule: bool = Field(True, description="Whether jobs run by themselves; otherwise only when they are asked for.")

    def resolve_database_url(self) -> str:
        """Return the SQLAlchemy URL of the control database."""
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / 'control.db').resolve()}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    def resolve_events_path(self) -> Path:
        """Return the DuckDB file; a `duckdb:///path` URL or a plain path names another one."""
        if not self.events_url:
            return self.data_dir / "events.duckdb"
        return Path(self.events_url.removeprefix("duckdb://"))
