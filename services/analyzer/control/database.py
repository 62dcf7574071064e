"""Opens the control database, brings its schema up to date, and hands out sessions.

Never commits for its callers: one request or one job step is one transaction, ended at its edge.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlmodel import Session

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
MIGRATION_LOCK = 4_920_175
"""Number of the advisory lock under which one of several analyzers migrates a PostgreSQL database."""


def open_database(url: str) -> Engine:
    """Return the engine for a SQLAlchemy `url`, migrated to the newest schema.

    SQLite runs in WAL mode with foreign keys on, and takes the write lock when a transaction begins, so that
    two writers wait for each other instead of failing half way.
    """
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)  # it holds signing keys; SQLite gives its log the mode of the file
        engine = create_engine(url, connect_args={"timeout": 10, "check_same_thread": False})
        _prepare_sqlite(engine)
        with file.with_suffix(".migrating").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with engine.connect() as connection:
                _migrate(connection)
    else:
        engine = create_engine(url, pool_pre_ping=True)
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
            connection.commit()
            try:
                _migrate(connection)
            finally:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": MIGRATION_LOCK})
                connection.commit()
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = "" if connection.get_execution_options().get("kikkake_read_only") else "IMMEDIATE"
        connection.exec_driver_sql(f"BEGIN {mode}")


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()


@contextmanager
def write_session(engine: Engine) -> Iterator[Session]:
    """Yield a session whose work is committed at the end, or rolled back if anything is raised."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.commit()


@contextmanager
def read_session(engine: Engine) -> Iterator[Session]:
    """Yield a session for reading only; on SQLite it waits for no writer."""
    with (
        engine.connect().execution_options(kikkake_read_only=True) as connection,
        Session(connection, expire_on_commit=False) as session,
    ):
        yield session
