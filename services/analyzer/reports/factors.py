"""The loyalty factors report: persons and what they did out of the store, shaped for readers.

Never compares more persons than it can hold: of many a part is taken, by a hash, and the report says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import numpy as np

from services.analyzer.fits import FitPool
from services.analyzer.loyalty.factors import Among, FactorSample, Ints, compute_factors
from services.analyzer.loyalty.stretches import PlayedRanges, Stretch, describe_viewing, find_watchers
from services.analyzer.reports.factors_definition import FactorsDefinition
from services.analyzer.reports.factors_shape import shape_factor
from services.analyzer.reports.factors_stages import name_stages, stage_by_conversions, stage_by_rules
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.stats.folds import hash_ids
from services.analyzer.store.columns import build_columns
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.rules.parse import parse_where
from shared.rules.sql import SiteContext, compile_where

MOST_PERSONS = 40_000
MOST_BEHAVIOURS, MOST_OF_VIDEOS = 45, 15
FEWEST_PERSONS = 30
ENGAGED_S = 3.0
RAREST_SHARE = 0.005
DEFAULT_STAGES = (1, 2)
ALL_HASHES = "g"
"""Above every hash."""
LARGE = 2_000
"""Of more persons than this the fits run in another process."""


@dataclass(frozen=True, slots=True)
class FactorsQuestion:
    """What a factors report is about; `landmark_days`: first days.

    `by_conversions` (middle, core): how many make a stage; None: by the rules of the definition, if it has any.
    """

    site_id: str
    site: SiteContext
    goal: GoalSpec
    window: Window
    now: Millis
    landmark_days: float = 7.0
    by_conversions: tuple[int, int] | None = None
    definition: FactorsDefinition = field(default_factory=FactorsDefinition)
    most_persons: int = MOST_PERSONS

    @property
    def rules(self) -> Sequence[dict[str, Any]]:
        """Return the stages by rule; none where stages go by number of conversions."""
        return self.definition.stages if self.by_conversions is None else ()


def build_factors_report(
    con: "duckdb.DuckDBPyConnection", fits: FitPool, asked: FactorsQuestion, keeping: Keeping = UNKEPT
) -> dict[str, Any]:
    """Return the report as JSON values, to which `put_words` adds what changes without a run."""
    if keeping is not UNKEPT:  # of a large site
        fits.wake(compute_factors)
    _build_relations(con, asked, keeping)
    sample = _load_sample(con, asked)
    stages = name_stages(asked.rules)
    if len(sample.lots) >= LARGE:
        factors = fits.submit(compute_factors, sample, len(stages)).result()
    else:
        factors = compute_factors(sample, len(stages))
    counts = [int((sample.stage == stage).sum()) for stage in range(len(stages))]
    middle, core = asked.by_conversions or DEFAULT_STAGES
    ids = [stage for stage, _ in stages]
    return {
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "landmark_days": asked.landmark_days,
        "persons": len(sample.lots),
        "converters": int(sample.converted.sum()),
        "stages": [
            {"stage": stage, "name": name, "persons": count}
            for (stage, name), count in zip(stages, counts, strict=True)
        ],
        "factors": [shape_factor(one, ids) for one in factors],
        "diagnostics": {
            "at_risk": int(sample.at_risk.sum()),
            "converted_after": int((sample.at_risk & sample.converted_after).sum()),
            "most_persons": asked.most_persons,
            "stage_conversions": None if asked.rules else {"middle": middle, "core": core},
            "definition": asked.definition.stamp,
            "parts_of_videos": len(sample.among),
        },
        "assumptions": _list_assumptions(asked, sample),
        "reasons": {} if factors else {"factors": "nobody"},
    }


def _list_assumptions(asked: FactorsQuestion, sample: FactorSample) -> list[str]:
    held = {
        "ratio_is_not_causal": True,
        "effect_counts_first_days_only": True,
        "converted_by_the_landmark_are_left_out": True,
        "adjusted_for_activity_of_the_first_days": True,
        "parts_of_videos_among_those_who_got_there": bool(sample.among),
        "parts_were_found_by_the_same_conversions": bool(sample.among),
        "stages_as_of_the_computation": bool(asked.rules),
        "next_assumes_the_same_effect_in_every_stage": True,
    }
    return [code for code, holds in held.items() if holds]


def _build_relations(con: "duckdb.DuckDBPyConnection", asked: FactorsQuestion, keeping: Keeping) -> None:
    """Make the relations that the sample is read from: persons, what they did, and what they played of videos."""
    window, goal, definition = asked.window, asked.goal, asked.definition
    chosen = {"site": asked.site_id, "from": window.start, "to": window.end}
    edges = (window.start, window.end)
    landmark_ms = int(asked.landmark_days * DAY_MS)
    videos = sorted({stretch.video_id for stretch in definition.stretches})
    build_conversions(con, asked.site_id, asked.site, goal, keeping)

    def make_known() -> None:
        con.execute(load_question("factor_known"), chosen)

    def make_done() -> None:
        con.execute(load_question("factor_early"), {**chosen, "landmark_ms": landmark_ms})
        _make_acts(con, asked)
        con.execute(load_question("factor_done"))

    def make_watched() -> None:
        con.register("stretch_videos", build_columns([(video,) for video in videos]))
        con.execute(load_question("factor_watched"), chosen)

    keeping.build("factors known", make_known, relations=("factor_known",), edges=edges)
    below = _choose_persons(con, asked.most_persons)
    keeping.build(
        f"factors {goal.id}",
        make_done,
        relations=("factor_early", "factor_done"),
        inputs=("conversions",),
        edges=edges,
        settings=(below, landmark_ms, goal.event, list(definition.video_kinds), list(definition.own)),
    )
    if videos:
        watched = ("factor_watched",)
        keeping.build("factors watched", make_watched, relations=watched, edges=edges, settings=(below, videos))
    con.execute(load_question("factor_persons"))
    most = {"fewest": FEWEST_PERSONS, "most": MOST_BEHAVIOURS, "most_of_videos": MOST_OF_VIDEOS}
    con.execute(load_question("factor_common"), most)


def _choose_persons(con: "duckdb.DuckDBPyConnection", most_persons: int) -> str:
    """Make the relations `factor_chosen` and `factor_near`; returns below which hash the latter are.

    Whom somebody new crowds out would otherwise be read anew each time.
    """
    most = {"most": most_persons}
    con.execute(load_question("factor_chosen"), most)
    ((last,),) = con.execute(load_question("factor_last"), most).fetchall()
    below = find_next_step(last)
    con.execute(load_question("factor_near"), {"below": below})
    return below


def find_next_step(last: str | None) -> str:
    """Return a hash above `last` (None: of everybody), the same for most hashes near it: four in each doubling."""
    if last is None:
        return ALL_HASHES
    place = int(last[:8], 16)
    step = 1 << max(0, place.bit_length() - 3)
    following = (place // step + 1) * step
    return f"{following:08x}" if following < 1 << 32 else ALL_HASHES


def _load_sample(con: "duckdb.DuckDBPyConnection", asked: FactorsQuestion) -> FactorSample:
    window = asked.window
    landmark_ms = int(asked.landmark_days * DAY_MS)
    rows = con.execute(load_question("factor_rows")).fetchnumpy()
    pairs = con.execute(load_question("factor_pairs")).fetchnumpy()
    began = _ints(rows["began"])
    first_at = np.ma.filled(np.ma.asarray(rows["first_at"]), np.iinfo(np.int64).max).astype(np.int64)
    conversions = _ints(rows["conversions"])
    landmark = began + landmark_ms
    person = _ints(pairs["place"])
    if asked.rules:
        stage = stage_by_rules(con, asked.site_id, asked.site, asked.rules, len(began), asked.now)
    else:
        stage = stage_by_conversions(conversions, *(asked.by_conversions or DEFAULT_STAGES))
    sample = FactorSample(
        lots=hash_ids(rows["person_id"].tolist()),
        converted=conversions > 0,
        at_risk=(first_at >= landmark) & (landmark < window.end),
        converted_after=np.asarray(rows["converted_after"], dtype=bool),
        stage=stage,
        early=_build_early(rows, (window.end - landmark) / DAY_MS),
        channels=_build_levels(rows["channel"], len(began)),
        behaviours=[name for (name,) in con.execute(load_question("factor_behaviours")).fetchall()],
        behaviour=_ints(pairs["behaviour"]),
        person=person,
        in_first_days=_ints(pairs["first_ts"]) < landmark[person],
        before=_ints(pairs["before_converting"]),
        after=_ints(pairs["after_converting"]),
    )
    if not asked.definition.stretches:
        return sample
    played = con.execute(load_question("factor_played")).fetchnumpy()
    return _add_stretches(sample, asked.definition.stretches, played, landmark, first_at)


def _make_acts(con: "duckdb.DuckDBPyConnection", asked: FactorsQuestion) -> None:
    """Make the relation acts: what was found, and what operators defined."""
    window, goal = asked.window, asked.goal
    chosen = {"site": asked.site_id, "from": window.start, "to": window.end}
    con.register("video_kinds", build_columns(list(asked.definition.video_kinds) or [(None, None)]))
    con.execute(load_question("factor_acts"), {**chosen, "event": goal.event, "engaged_s": ENGAGED_S})
    for own in asked.definition.own:
        # The goal's own event is no behaviour: it would be beside itself.
        if own.event != goal.event:
            where = compile_where(parse_where(own.where or []), first_parameter=6)
            text = load_question("factor_own").replace("{where}", where.sql)
            con.execute(text, [asked.site_id, window.start, window.end, own.event, own.id, *where.parameters])


def _add_stretches(
    sample: FactorSample, stretches: Sequence[Stretch], played: Any, landmark: Ints, first_at: Ints
) -> FactorSample:
    """Return the sample with the parts of videos that enough persons have watched; each is done once at most."""
    persons = len(sample.lots)
    videos = np.asarray(played["video_id"], dtype=object).astype(str)
    place, ts = _ints(played["place"]), _ints(played["ts"])
    start, end = _floats(played["start"]), _floats(played["end"])
    always = np.full(persons, np.iinfo(np.int64).max)
    until = np.where(first_at == always, always, first_at + 1)
    names, among = list(sample.behaviours), dict[str, Among]()
    columns: list[tuple[Any, ...]] = [
        (sample.behaviour, sample.person, sample.in_first_days, sample.before, sample.after)
    ]
    for stretch in stretches:
        own = videos == stretch.video_id
        ranges = PlayedRanges(place[own], ts[own], start[own], end[own])
        did = np.flatnonzero(find_watchers(ranges, stretch, persons, always))
        if len(did) < FEWEST_PERSONS or stretch.behaviour in among:
            continue
        could, beside = describe_viewing(ranges, stretch, persons, landmark)
        among[stretch.behaviour] = Among(could, beside)
        # A message at the time of the conversion is not after it, as in the moments report.
        before = find_watchers(ranges, stretch, persons, until)[did]
        converted = first_at[did] != always[did]
        in_first_days = find_watchers(ranges, stretch, persons, landmark)[did]
        columns.append((np.full(len(did), len(names)), did, in_first_days, before & converted, ~before & converted))
        names.append(stretch.behaviour)
    behaviour, person, in_first_days, before, after = (np.concatenate(part) for part in zip(*columns, strict=True))
    return replace(
        sample,
        behaviours=names,
        behaviour=behaviour,
        person=person,
        in_first_days=in_first_days,
        before=before.astype(np.int64),
        after=after.astype(np.int64),
        among=among,
    )


def _build_early(rows: Any, followed_days: Any) -> Any:
    """Return features of the first days, and how long each person was followed after them."""
    # Not the number of events: it counts the behaviour itself.
    columns = [np.log1p(_ints(rows[name])) for name in ("sessions", "pages", "days")]
    devices = _build_levels(rows["device"], len(followed_days))
    return np.column_stack([*columns, np.clip(followed_days, 0, None), devices]).astype(np.float64)


def _build_levels(found: Any, persons: int) -> Any:
    """Return a column of 0 and 1 for each level that is neither rare nor everybody's."""
    values: Any = np.ma.filled(np.ma.asarray(found, dtype=object), None)
    columns = []
    for level in sorted({value for value in values.tolist() if isinstance(value, str)}):
        column = (values == level).astype(np.float64)
        if RAREST_SHARE <= column.mean() <= 1 - RAREST_SHARE:
            columns.append(column)
    return np.column_stack(columns) if columns else np.zeros((persons, 0))


def _floats(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0.0).astype(np.float64)


def _ints(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0).astype(np.int64)
