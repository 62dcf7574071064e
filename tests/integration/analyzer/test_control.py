"""The control database on SQLite and PostgreSQL: migrations, versions, leases, concurrent writers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine
from sqlmodel import SQLModel, select

from services.analyzer.control.crud import apply_changes, insert_thing, lock_version
from services.analyzer.control.database import open_database, read_session, write_session
from services.analyzer.control.models import Goal, Site, SiteKey, Video
from services.analyzer.control.sites import SiteKeys, ensure_site, find_site_of_secret, rotate_key
from services.analyzer.control.versions import load_snapshot_version, raise_snapshot_version
from services.analyzer.jobs.lease import holds_lease, renew_lease, take_lease
from services.analyzer.problems import Refused
from tests.postgres import run_postgres

KEYS = SiteKeys("wk_0123456789abcdef", "sk_0123456789abcdef", "sig_0123456789abcdef")


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL of this module's own."""
    with run_postgres() as port:
        yield f"postgresql+psycopg://kikkake@127.0.0.1:{port}/postgres"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'control.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    with write_session(engine) as session:
        for site in session.exec(select(Site)):
            session.delete(site)
    yield engine
    engine.dispose()


def test_the_migrations_lead_to_the_models(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_several_analyzers_may_start_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for engine in pool.map(open_database, [database_url] * 4):
            engine.dispose()


def test_a_site_is_ensured_once_and_rotated_keys_stay_away(database: Engine) -> None:
    for expected in (True, False):
        with write_session(database) as session:
            assert ensure_site(session, site_id="s", name="S", keys=KEYS, now=1) is expected
    with read_session(database) as session:
        assert find_site_of_secret(session, KEYS.secret_key) == "s"
        assert find_site_of_secret(session, KEYS.write_key) is None
        assert KEYS.secret_key not in {key.value for key in session.exec(select(SiteKey))}
        assert session.get(Goal, ("s", "purchase")) is not None
    with write_session(database) as session:
        new = rotate_key(session, "s", "secret", now=2)
    with write_session(database) as session:
        ensure_site(session, site_id="s", name="S", keys=KEYS, now=3)
        assert find_site_of_secret(session, KEYS.secret_key) is None
        assert find_site_of_secret(session, new) == "s"


def test_of_two_writers_on_one_version_one_is_told(database: Engine) -> None:
    with write_session(database) as session:
        ensure_site(session, site_id="s", name="S", keys=KEYS, now=1)
        insert_thing(session, Video(site_id="s", id="v", title="V", created_at=1, updated_at=1))

    def change(title: str) -> str:
        try:
            with write_session(database) as session:
                video = lock_version(session, Video, "s", "v", 1)
                apply_changes(video, {"title": title}, now=2)
        except Refused as refused:
            return refused.code
        return "changed"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(change, [f"title {place}" for place in range(8)]))
    assert sorted(outcomes) == ["changed"] + ["stale_version"] * 7


def test_the_snapshot_version_counts_every_change(database: Engine) -> None:
    with read_session(database) as session:
        before = load_snapshot_version(session)

    def change(_: int) -> int:
        with write_session(database) as session:
            return raise_snapshot_version(session)

    if before == 0:
        before = change(0)
    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(change, range(20)))
    assert sorted(versions) == list(range(before + 1, before + 21))
    with write_session(database) as session:
        assert raise_snapshot_version(session, beyond=1_000_000) == 1_000_001


def test_whoever_takes_the_lease_over_can_be_told_apart(database: Engine) -> None:
    first = take_lease(database, holder="a", now=1)
    assert renew_lease(database, holder="a", token=first, now=2)
    second = take_lease(database, holder="b", now=3)
    assert second > first
    assert not renew_lease(database, holder="a", token=first, now=4)
    assert holds_lease(database, holder="b", token=second) and not holds_lease(database, holder="a", token=first)
