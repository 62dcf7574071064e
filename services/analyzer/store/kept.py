"""Keeps relations about persons from run to run: a job reads only those persons anew to whom something happened.

Never a source of its own: what is kept equals what the same questions would answer now, and goes with the process.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from services.analyzer.store.duck import DuckStore
from services.analyzer.store.people import narrow_people
from services.analyzer.store.questions import load_question
from shared.clock import Millis

FEWEST_MESSAGES = 500_000
"""A site with fewer messages is read through in no time; to keep anything would only take room."""
MOST_SHARE = 0.25
"""With more of the persons touched than this, everything is made anew."""

MOST_IDLE_NIGHTS = 2
"""Nights that a build stays without a run that asks for it."""
_NEVER = 2**62

Make = Callable[[], None]


class Keeping:
    """Has relations made that are about persons: a person's rows follow from its messages and its rows of `inputs`.

    As it is, it makes everything and keeps nothing.
    """

    def build(
        self,
        name: str,
        make: Make,
        *,
        relations: Sequence[str],
        inputs: Sequence[str] = (),
        among: str | None = None,
        edges: Sequence[Millis] = (),
        settings: object = None,
    ) -> None:
        """Leave `relations` on the connection, as `make` makes them of `people` and `decisions`; each has a person_id.

        `inputs` are relations that stand already, with a person_id too; `among` is the one of them that names everybody
        who has rows at all. `edges` are the times at which a message begins or ceases to count; `settings` is whatever
        else `make` depends on.
        """
        make()

    def share(self, name: str, make: Make, *, relation: str, settings: object = None, by_person: bool = True) -> None:
        """Leave a relation that hangs on messages and `settings` alone: it stays for all runs that find no new ones.

        With a person_id it can be one of the `inputs` of builds; what changed is then found once for all of them.
        """
        make()


UNKEPT = Keeping()
"""For a report that is asked for once."""


@dataclass(frozen=True, slots=True)
class _Build:
    """What is kept of one build: its tables by relation, up to which turn, with which edges and settings.

    `persons`: about how many persons the site had when all was made.
    """

    tables: dict[str, str]
    turn: int
    edges: tuple[Millis, ...]
    settings: str
    persons: int


@dataclass(frozen=True, slots=True)
class _Shared:
    """A relation that runs share: its table, and that of whose rows changed at which turn; all after `since`."""

    table: str
    changed: str
    turn: int
    since: int
    settings: str


class KeptRelations:
    """What is kept of all sites, in a file beside the store that is new with the process. For one run at a time."""

    def __init__(
        self, store: DuckStore, *, fewest_messages: int = FEWEST_MESSAGES, most_share: float = MOST_SHARE
    ) -> None:
        self.fewest_messages = fewest_messages
        self.most_share = most_share
        self._store = store
        self._file = store.file.with_suffix(".kept")
        self._is_attached = False
        self._erasures = store.erasures
        self.messages_at: tuple[str, int] | None = None
        """The site and turn whose touched messages are in the file."""
        self._builds: dict[tuple[str, str], _Build] = {}
        self._shared: dict[tuple[str, str], _Shared] = {}
        self._idle: dict[tuple[str, str], int] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        _unlink(self._file)

    @contextlib.contextmanager
    def open(self, con: "duckdb.DuckDBPyConnection", site_id: str) -> Iterator[Keeping]:
        """Give a run what keeps its relations, within one transaction: all that it builds is of one moment."""
        self.drop_erased()
        ((messages,),) = con.execute("SELECT count(*) FROM events WHERE site_id = $1", [site_id]).fetchall()
        is_kept = messages >= self.fewest_messages
        if is_kept:
            self._attach(con)
        con.execute("BEGIN")
        try:
            keeper = _Keeper(self, con, site_id) if is_kept else None
            yield keeper or UNKEPT
            _commit(con)
        except BaseException:
            with contextlib.suppress(duckdb.Error):  # the first error is the one to tell
                con.execute("ROLLBACK")
            raise
        if keeper is not None:
            self._builds |= {(site_id, name): build for name, build in keeper.built.items()}
            self._shared |= {(site_id, name): shared for name, shared in keeper.shared.items()}
            self._idle |= {(site_id, name): 0 for name in (*keeper.built, *keeper.shared)}
            self.messages_at = keeper.messages_at

    def find(self, site_id: str, name: str) -> _Build | None:
        """Return what is kept under a name."""
        return self._builds.get((site_id, name))

    def find_shared(self, site_id: str, name: str) -> _Shared | None:
        """Return what runs share under a name."""
        return self._shared.get((site_id, name))

    def tidy(self) -> int:
        """Give up what no run asked for lately, once a night; returns the turn up to which no note is needed."""
        self.drop_erased()
        if self._is_attached:
            with self._store.cursor() as con:
                con.execute("CHECKPOINT kept")
        self._idle = {key: nights + 1 for key, nights in self._idle.items()}
        for key in [key for key, nights in self._idle.items() if nights > MOST_IDLE_NIGHTS]:
            del self._idle[key]
            build, shared = self._builds.pop(key, None), self._shared.pop(key, None)
            tables = [*build.tables.values()] if build else []
            tables += [shared.table, shared.changed] if shared else []
            with self._store.cursor() as con:
                for table in tables:
                    con.execute(f"DROP TABLE {table}")
        return min((build.turn for build in self._builds.values()), default=_NEVER)

    def name_tables(self, site_id: str, name: str, relations: Sequence[str]) -> dict[str, str]:
        """Return the tables for relations of a build; their names are ours alone, whatever a site is called."""
        number = self._numbers.setdefault((site_id, name), len(self._numbers))
        return {relation: f"kept.k{number}_{relation}" for relation in relations}

    def drop_erased(self) -> None:
        """Give up everything, with the file, if somebody was erased since; no run may be under way."""
        if self._erasures != self._store.erasures:
            self._erasures = self._store.erasures
            self.drop()

    def drop(self) -> None:
        """Give up everything kept, with the file; no run may be under way."""
        self._builds.clear()
        self._shared.clear()
        self._idle.clear()
        self.messages_at = None
        if self._is_attached:
            with self._store.cursor() as con:
                con.execute("DETACH kept")
            self._is_attached = False
        _unlink(self._file)

    def _attach(self, con: "duckdb.DuckDBPyConnection") -> None:
        if self._is_attached:
            return
        # It goes with the process, so nothing has to outlive a crash.
        name = str(self._file).replace("'", "''")
        con.execute(f"ATTACH '{name}' AS kept (RECOVERY_MODE 'no_wal_writes')")
        self._file.chmod(0o600)
        self._is_attached = True


class _Keeper(Keeping):
    """Keeps what one run builds; its tables are there for others when the run's transaction is through."""

    def __init__(self, kept: KeptRelations, con: "duckdb.DuckDBPyConnection", site_id: str) -> None:
        self.built: dict[str, _Build] = {}
        self.shared: dict[str, _Shared] = {}
        self._inputs: dict[str, _Shared] = {}
        """What is shared on this connection, by relation."""
        self.messages_at = kept.messages_at
        self._persons: int | None = None
        self._kept = kept
        self._con = con
        self._site_id = site_id
        ((self._turn,),) = con.execute("SELECT coalesce(max(turn), 0) FROM touched").fetchall()

    def build(
        self,
        name: str,
        make: Make,
        *,
        relations: Sequence[str],
        inputs: Sequence[str] = (),
        among: str | None = None,
        edges: Sequence[Millis] = (),
        settings: object = None,
    ) -> None:
        """See `Keeping`."""
        self._drop_views(relations)
        own = [one for one in inputs if one not in self._inputs]
        tables = self._kept.name_tables(self._site_id, name, [*relations, *own])
        before = self._kept.find(self._site_id, name)
        shared = [(one.table, one.since, one.settings) for one in map(self._inputs.get, inputs) if one is not None]
        present = _Build(tables, self._turn, tuple(edges), repr((settings, shared)), 0)
        persons = self._update(before, present, make, relations, inputs, among) if before is not None else None
        if persons is None:
            persons = self._make_all(tables, make)
        for relation in relations:
            self._con.execute(f"DROP TABLE {relation}")
            self._show(relation, tables[relation])
        self.built[name] = _Build(tables, present.turn, present.edges, present.settings, persons)

    def share(self, name: str, make: Make, *, relation: str, settings: object = None, by_person: bool = True) -> None:
        """See `Keeping`."""
        self._drop_views([relation])
        found = self.shared.get(name) or self._kept.find_shared(self._site_id, name)
        if found is None or (found.turn, found.settings) != (self._turn, repr(settings)):
            make()
            found = self._replace_shared(name, relation, found if by_person else None, repr(settings))
        self._con.execute(f"DROP TABLE IF EXISTS temp.{relation}")
        self.shared[name] = self._inputs[relation] = found
        self._show(relation, found.table)

    def _replace_shared(self, name: str, relation: str, before: _Shared | None, settings: str) -> _Shared:
        """Put the relation as it is now into its table, and note whose rows are others than before."""
        con = self._con
        table, changed = self._kept.name_tables(self._site_id, name, [relation, "changed"]).values()
        if before is None or before.settings != settings:
            con.execute(f"CREATE OR REPLACE TABLE {changed} (person_id VARCHAR, turn BIGINT)")
            since = self._turn
        else:
            con.execute("CREATE OR REPLACE TEMP TABLE touched_persons (person_id VARCHAR)")
            self._touch_changed(relation, table)
            con.execute(f"DELETE FROM {changed} WHERE person_id IN (FROM touched_persons)")  # noqa: S608
            con.execute(f"INSERT INTO {changed} SELECT person_id, {self._turn:d} FROM touched_persons")  # noqa: S608
            since = before.since
        con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {relation}")  # noqa: S608
        return _Shared(table, changed, self._turn, since, settings)

    def _drop_views(self, relations: Sequence[str]) -> None:
        """Drop what an earlier build or share of this connection shows; it is over."""
        for (view,) in self._con.execute("SELECT view_name FROM duckdb_views() WHERE temporary").fetchall():
            if view in relations:
                self._con.execute(f"DROP VIEW {view}")

    def _show(self, relation: str, table: str) -> None:
        self._con.execute(f"CREATE TEMP VIEW {relation} AS SELECT * FROM {table}")  # noqa: S608

    def _make_all(self, tables: dict[str, str], make: Make) -> int:
        make()
        for relation, table in tables.items():
            self._con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {relation}")  # noqa: S608
        if self._persons is None:
            ((self._persons,),) = self._con.execute(load_question("persons_about"), {"site": self._site_id}).fetchall()
        return int(self._persons or 0)

    def _update(
        self,
        before: _Build,
        present: _Build,
        make: Make,
        relations: Sequence[str],
        inputs: Sequence[str],
        among: str | None,
    ) -> int | None:
        """Make the rows of touched persons anew and return how many persons there were; None if too much is new."""
        if before.settings != present.settings or len(before.edges) != len(present.edges):
            return None
        con, tables = self._con, before.tables
        self._find_touched(before.turn, list(zip(before.edges, present.edges, strict=True)))
        for name in inputs:
            if name in self._inputs:
                given = {"turn": before.turn}
                con.execute(load_question("touch_noted").replace("{changed}", self._inputs[name].changed), given)
            else:
                self._touch_changed(name, tables[name])
        ((touched,),) = con.execute("SELECT count(*) FROM touched_persons").fetchall()
        if touched > self._kept.most_share * before.persons:
            return None
        for relation in relations:
            con.execute(f"DELETE FROM {tables[relation]} WHERE person_id IN (FROM touched_persons)")  # noqa: S608
        if among is not None:
            # To look for the messages of those who left costs as much as of those who came.
            con.execute(f"DELETE FROM touched_persons WHERE person_id NOT IN (SELECT person_id FROM {among})")  # noqa: S608
        self._make_touched(make, inputs)
        for relation in relations:
            con.execute(
                f"INSERT INTO {tables[relation]}"  # noqa: S608
                f" SELECT * FROM {relation} WHERE person_id IN (FROM touched_persons)"
            )
        for name in tables.keys() & set(inputs):
            con.execute(f"CREATE OR REPLACE TABLE {tables[name]} AS SELECT * FROM {name}")  # noqa: S608
        return before.persons

    def _touch_changed(self, fresh: str, kept: str) -> None:
        """Add those to `touched_persons` whose rows of a relation are not those of a table."""
        self._con.execute(load_question("touch_changed").replace("{fresh}", fresh).replace("{kept}", kept))

    def _find_touched(self, turn: int, moved: list[tuple[Millis, Millis]]) -> None:
        """Make the relation `touched_persons`."""
        text = load_question("touched_persons")
        for name, column in (("{moved_messages}", "ts"), ("{moved_decisions}", "decided_at")):
            spans = [(min(one), max(one)) for one in moved if one[0] != one[1]]
            # Numbers of our own; a join with a table of them would look at every message as often.
            conditions = [f"{column} >= {low:d} AND {column} < {high:d}" for low, high in spans]
            text = text.replace(name, " OR ".join(conditions) or "false")
        self._con.execute(text, {"site": self._site_id, "turn": turn})

    def _make_touched(self, make: Make, inputs: Sequence[str]) -> None:
        """Have the relations made of touched persons alone: to `make` nobody else is there."""
        con = self._con
        self._load_messages()
        narrow_people(con, "kept.messages")
        self._find_ids("touched_persons")
        ((store,),) = con.execute("SELECT current_database()").fetchall()
        con.execute(load_question("touched_decisions").replace("{decisions}", f'"{store}".main.decisions'))
        kinds = {name: "VIEW" if name in self._inputs else "TABLE" for name in inputs}
        for name, kind in kinds.items():
            con.execute(f"ALTER {kind} {name} RENAME TO all_{name}")
            con.execute(
                f"CREATE TEMP TABLE {name} AS"  # noqa: S608
                f" SELECT * FROM all_{name} WHERE person_id IN (FROM touched_persons)"
            )
        make()
        for name, kind in kinds.items():
            con.execute(f"DROP TABLE {name}")
            con.execute(f"ALTER {kind} all_{name} RENAME TO {name}")
        con.execute("DROP VIEW temp.people")
        con.execute("DROP VIEW temp.decisions")

    def _load_messages(self) -> None:
        """Have all messages of touched persons in `kept.messages`: jobs that run one after the other share them."""
        con, at = self._con, (self._site_id, self._turn)
        if self.messages_at != at:
            con.execute("DROP TABLE IF EXISTS kept.messages")
            # To compress long texts took half the time of writing them, and they are there for one turn.
            table = load_question("events_table").replace(" JSON", " JSON USING COMPRESSION uncompressed")
            con.execute(table.replace("{name}", "kept.messages"))
            con.execute("CREATE OR REPLACE TABLE kept.message_persons (person_id VARCHAR)")
            self.messages_at = at
        con.execute(load_question("missing_persons"))
        if con.execute("SELECT count(*) FROM missing_persons").fetchall() != [(0,)]:
            self._find_ids("missing_persons")
            con.execute(load_question("missing_messages"), {"site": self._site_id})
            con.execute("INSERT INTO kept.message_persons SELECT person_id FROM missing_persons")

    def _find_ids(self, persons: str) -> None:
        self._con.execute(load_question("ids_of_persons").replace("{persons}", persons), {"site": self._site_id})


def _commit(con: "duckdb.DuckDBPyConnection") -> None:
    """Commit without a checkpoint, which would write every touched table of the file anew; one is made at night."""
    con.execute("SET GLOBAL checkpoint_threshold = '1TB'")
    try:
        con.execute("COMMIT")
    finally:
        con.execute("RESET GLOBAL checkpoint_threshold")


def _unlink(file: Path) -> None:
    for suffix in (".kept", ".kept.wal"):
        file.with_suffix(suffix).unlink(missing_ok=True)
