"""The journeys report: extracts the steps of everybody followed, and who first viewed what.

Never tells from a purchase, or from what follows it, who would purchase.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.journeys.steps import Anchors, Steps, count_visit_steps, gather_persons, index_steps
from services.analyzer.journeys.texts import pack_texts
from services.analyzer.reports.goal_spec import GoalSpec, Window
from services.analyzer.reports.journey_crowds import Crowd, Followed, draw_crowds
from services.analyzer.reports.journey_crowds import JourneysQuestion as JourneysQuestion
from services.analyzer.reports.journey_names import VIDEO, StepNames
from services.analyzer.reports.journey_steps import OTHER_PAGE, build_steps
from services.analyzer.reports.site import build_conversions
from services.analyzer.stats.folds import Lots
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.rules.sql import SiteContext


@dataclass(frozen=True)
class Journeys:
    """Everything that crowds are drawn from. `videos`: each video's hash and its viewers."""

    followed: Followed
    videos: dict[str, tuple[int, int]]

    @property
    def names(self) -> StepNames:
        """The names of the steps."""
        return self.followed.names

    def find_video(self, video_id: str) -> tuple[int, int]:
        """Return a video's hash and its viewers; without viewers the hash is nobody's."""
        return self.videos.get(video_id, (0, 0))


def build_journeys(
    con: "duckdb.DuckDBPyConnection",
    site_id: str,
    site: SiteContext,
    goal: GoalSpec,
    window: Window,
    *,
    video_id: str | None = None,
    keeping: Keeping = UNKEPT,
) -> Journeys:
    """Return what crowds are drawn from: the steps of the site's people, and who first viewed what, when.

    `video_id`: the only video that will be asked for, if it is one.
    """
    build_conversions(con, site_id, site, goal, keeping)
    names = build_steps(con, site_id, goal, window, video_id, keeping)
    persons = con.execute(load_question("journey_persons")).fetchnumpy()
    moments = con.execute(load_question("journey_others")).fetchnumpy()
    views = con.execute(load_question("journey_viewers")).fetchnumpy()
    videos = con.execute(load_question("journey_videos")).fetchall()
    steps, lots = _load_steps(con, names)
    known = _find(lots, among=persons["lot"])
    other = _find(moments["lot"], among=lots)
    by_person = np.argsort(other)
    turn, visit_turn = (_read_ints(moments[name])[by_person] for name in ("turn", "visit_turn"))
    followed = Followed(
        names=names,
        steps=steps,
        index=index_steps(steps, view=names.find(VIDEO), first_channel=names.first_channel),
        ids=pack_texts(persons["person_id"][known].tolist()),
        lots=lots,
        first_ts=_read_ints(persons["first_ts"])[known],
        viewed=np.asarray(views["thing"], dtype=np.uint64),
        viewers=_find(views["lot"], among=lots),
        viewed_at=_read_ints(views["t0"]),
        others=Anchors(
            other[by_person], _read_ints(moments["t0"])[by_person], turn, count_visit_steps(turn, visit_turn)
        ),
        drawn_of=_read_ints(moments["steps"])[by_person],
    )
    return Journeys(followed, {str(name): (int(thing), int(viewers)) for name, thing, viewers in videos})


def _find(lots: Any, *, among: Any) -> Any:
    """Return where each lot stands among those of everybody; each must be there."""
    order = np.argsort(among)
    return order[np.searchsorted(among[order], lots)]


def _load_steps(con: "duckdb.DuckDBPyConnection", names: StepNames) -> tuple[Steps, Lots]:
    """Take the steps out of the store; returns whose they are, too."""
    # A relation knows how many rows it has; arrays that grow with what is fetched take twice as long.
    rows = con.sql(load_question("journey_columns"), params={"page_token": names.find(OTHER_PAGE)}).fetchnumpy()
    gathered = gather_persons(np.asarray(rows.pop("lot")), np.asarray(rows["turn"]))
    turn, ts, token, thing = (gathered.take(np.asarray(rows.pop(name))) for name in ("turn", "ts", "token", "object"))
    return Steps(gathered.first, turn, ts, token, thing), gathered.lots


def load_crowds(journeys: Journeys, video_id: str, window: Window, goal: GoalSpec) -> tuple[Crowd, Crowd]:
    """Return the viewers of one video, and persons who had not viewed it by their moment."""
    return draw_crowds(journeys.followed, *journeys.find_video(video_id), window, goal)


def _read_ints(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0).astype(np.int64)
