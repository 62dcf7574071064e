"""The attribution report: paths of touches out of the store, credited by every model that is asked for.

Never loses a conversion: one that nothing touched is credited to `unknown`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from services.analyzer.attribution.markov import attribute_by_removal
from services.analyzer.attribution.paths import Credit, Path, build_credits, list_channels
from services.analyzer.attribution.rules import RuleSettings, attribute_by_rule
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.enrich.money import get_exponent
from shared.rules.sql import SiteContext

MODELS = ("first", "last", "last_non_direct", "linear", "position", "time_decay", "markov", "shapley")
ENGAGED_S = 3.0
MOST_STEPS = 20
"""Touches of a path that count, the newest."""
MOST_PATHS = 100
"""Paths shown, the commonest; all of them are credited."""


@dataclass(frozen=True, slots=True)
class AttributionQuestion:
    """What an attribution report is about. Times in days; `order`: steps that a Markov state remembers."""

    site_id: str
    site: SiteContext
    goal: GoalSpec
    window: Window
    now: Millis
    models: Sequence[str] = MODELS
    lookback_days: float = 30.0
    half_life_days: float = 7.0
    position_first: float = 0.4
    position_last: float = 0.4
    order: int = 1
    collapse: bool = True


def build_attribution_report(
    con: "duckdb.DuckDBPyConnection", asked: AttributionQuestion, keeping: Keeping = UNKEPT
) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    _build_relations(con, asked, keeping)
    paths, decayed = _load_paths(con, asked)
    settings = RuleSettings(asked.position_first, asked.position_last, asked.half_life_days)
    removal = attribute_by_removal(paths, order=asked.order)
    models: dict[str, list[Credit]] = {}
    for model in asked.models:
        if model == "markov":
            models[model] = removal.credits
        elif model == "time_decay":
            models[model] = decayed
        else:
            models[model] = attribute_by_rule(paths, model, settings)
    reasons = {} if any(path.conversions for path in paths) else {"removal_effects": "no_conversions"}
    return {
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "lookback_days": asked.lookback_days,
        "conversions": sum(path.conversions for path in paths),
        "non_conversions": sum(path.non_conversions for path in paths),
        "value": sum(path.value for path in paths),
        "models": {model: [asdict(credit) for credit in owed] for model, owed in models.items()},
        "removal_effects": removal.removal_effects if not reasons else {},
        "paths": [
            {
                "path": list(path.steps),
                "conversions": path.conversions,
                "non_conversions": path.non_conversions,
                "value": path.value,
            }
            for path in paths[:MOST_PATHS]
        ],
        "diagnostics": {
            "distinct_paths": len(paths),
            "order": asked.order,
            "half_life_days": asked.half_life_days,
            "position": [asked.position_first, asked.position_last],
            "collapsed": asked.collapse,
            "longest_path": MOST_STEPS,
        },
        "assumptions": [
            "touches_are_channels_videos_and_prompts",
            "touches_belong_to_the_next_conversion",
            "videos_count_when_engaged",
            "prompts_count_when_clicked",
            "credit_is_not_effect",
        ],
        "reasons": reasons,
    }


def _build_relations(con: "duckdb.DuckDBPyConnection", asked: AttributionQuestion, keeping: Keeping) -> None:
    lookback_ms = int(asked.lookback_days * DAY_MS)
    start, end = asked.window.start, asked.window.end
    span = {"site": asked.site_id, "from": start - lookback_ms, "to": end, "engaged_s": ENGAGED_S}
    rules = {"lookback_ms": lookback_ms, "collapse": asked.collapse, "most": MOST_STEPS}
    money = {"minor_units": 10 ** get_exponent(asked.site.currency)}
    decay = {"half_life_days": asked.half_life_days}
    build_conversions(con, asked.site_id, asked.site, asked.goal, keeping)

    def make() -> None:
        con.execute(load_question("attribution_touches"), span)
        con.execute(load_question("attribution_paths"), {"from": start, "to": end, **rules})
        con.execute(load_question("attribution_walks"), money)
        con.execute(load_question("attribution_shares"), money | decay)

    keeping.build(
        "attribution",
        make,
        relations=("attribution_walks", "attribution_shares"),
        inputs=("conversions",),
        edges=(start - lookback_ms, start, end),
        settings=(rules, money, decay),
    )


def _load_paths(con: "duckdb.DuckDBPyConnection", asked: AttributionQuestion) -> tuple[list[Path], list[Credit]]:
    """Return all paths, the commonest first, and the credits of time decay by the touches' real ages."""
    minor_units = 10 ** get_exponent(asked.site.currency)
    paths = [
        Path(tuple(steps), float(conversions), minor / minor_units, float(non_conversions))
        for steps, conversions, minor, non_conversions in con.execute(load_question("attribution_counts")).fetchall()
    ]
    owed = con.execute(load_question("attribution_decay")).fetchall()
    decayed = build_credits(
        list_channels(paths),
        {touch: float(conversions) for touch, conversions, _ in owed},
        {touch: float(minor) / minor_units for touch, _, minor in owed},
    )
    return paths, decayed
