"""Shapes the journeys report from two crowds: viewers, and others each at a like moment.

Pure, and never without the thresholds and the sizes that the figures rest on.
"""

from typing import Any

import numpy as np

from services.analyzer.fit_files import Shared
from services.analyzer.journeys.classes import OTHER, STRAIGHT, WANDERING, classify_walks
from services.analyzer.journeys.flows import Flow, Link, Node, build_flow
from services.analyzer.journeys.matching import Comparison, Matched, compare_shares, match_strata
from services.analyzer.journeys.patterns import Finding, Search, search_patterns
from services.analyzer.journeys.risk_sets import draw_risk_sets, read_walks
from services.analyzer.journeys.walks import (
    NEVER,
    NO_STEP,
    Bools,
    Ints,
    Walks,
    Wandering,
    align_steps,
    cut_walks,
    find_first,
    measure_wandering,
)
from services.analyzer.reports.journey_crowds import MOST_PERSONS, Crowd, Followed, JourneysQuestion, draw_crowds
from services.analyzer.reports.journey_names import LOOKBACK_MS, VIDEO, StepNames, name_purchase, name_steps
from services.analyzer.stats.folds import draw_uniform
from services.analyzer.stats.multiple import adjust_p_values
from shared.clock import DAY_MS, to_rfc3339

FLOW_STEPS = 5
STEPS_BEFORE, STEPS_AFTER = 8, 16
"""Steps nearest to the view among which patterns are sought."""
MOST_MINED = 5_000
MOST_LISTED = 100
_AGES_MS = (DAY_MS, 7 * DAY_MS, 30 * DAY_MS)
_DEPTHS = (1, 2, 3, 5, 10)
_QUARTERS = 4


def answer_journeys(asked: JourneysQuestion, shared: "Shared[Followed]", thing: int, total: int) -> dict[str, Any]:
    """Return the report on a video (its hash, its viewers): what a process of its own is asked for."""
    followed = shared.load()
    crowds = draw_crowds(followed, thing, total, asked.window, asked.goal)
    return shape_journeys_report(asked, followed.names, *crowds)


def shape_journeys_report(asked: JourneysQuestion, names: StepNames, viewers: Crowd, others: Crowd) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    purchase, product = names.find(name_purchase(asked.goal)), _find_optional(names, "product")
    matched = match_strata(_stratify(viewers, asked), _stratify(others, asked), others.drawn_of)
    bought_at = find_first(viewers.walks, purchase)
    converted = bought_at < NEVER
    lot = draw_uniform(viewers.lots, f"journeys:{asked.site_id}:{asked.video_id}")
    before_purchase = _cut_at_purchase(viewers.walks, purchase)
    search = _search(before_purchase, converted, lot, names)
    wandered = measure_wandering(before_purchase, product)
    wandered_others = measure_wandering(_cut_at_purchase(others.walks, purchase), product)
    incomplete = int((viewers.t0 + asked.goal.window_ms > asked.now).sum())
    reasons = {"patterns": search.reason} if search.reason else {}
    return {
        "video": asked.video_id,
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "sizes": {
            "viewers": viewers.total,
            "followed": len(converted),
            "converters": int(converted.sum()),
            "incomplete": incomplete,
            "non_viewers": len(others.person),
            "matched": int(matched.viewers.sum()),
        },
        **_shape_flows(viewers, others, matched, names, purchase),
        "compare": _compare(wandered, bought_at),
        "patterns": [_shape_pattern(one, names) for one in search.findings],
        "classes": _shape_classes(asked, viewers, wandered, converted),
        "viewers": _list_viewers(asked, viewers, wandered, converted, lot),
        "wandering": _shape_wandering(asked, matched, wandered, wandered_others),
        "diagnostics": {
            "patterns_tested": search.tested,
            "steps_left_out": name_steps(names.traces, names),
            "most_followed": MOST_PERSONS,
            "lookback_days": LOOKBACK_MS // DAY_MS,
            "window_days": asked.goal.window_days,
        },
        "assumptions": [
            "viewers_are_persons",
            "first_view_in_window",
            "non_viewers_had_not_viewed_by_then",
            "non_viewers_at_a_step_drawn_by_hash",
            "non_viewers_weighted_to_the_viewers_mix",
            "buyers_until_the_purchase_others_until_the_window_ends",
            "patterns_compare_persons_after_as_many_steps",
            "figures_are_not_causal",
        ],
        "reasons": reasons,
    }


def _find_optional(names: StepNames, name: str) -> int:
    return names.find(name) if name in names.names else NO_STEP


def _stratify(crowd: Crowd, asked: JourneysQuestion) -> Ints:
    """Return each person's stratum: days since it first came, steps into the visit, quarter of the window."""
    age = np.searchsorted(_AGES_MS, crowd.t0 - crowd.first_ts, side="right")
    depth = np.searchsorted(_DEPTHS, crowd.visit_step, side="right")
    quarter = (crowd.t0 - asked.window.start) * _QUARTERS // (asked.window.end - asked.window.start)
    result: Ints = ((age * (len(_DEPTHS) + 1) + depth) * _QUARTERS + quarter).astype(np.int64)
    return result


def _cut_at_purchase(walks: Walks, purchase: int) -> Walks:
    return cut_walks(walks, find_first(walks, purchase))


def _search(walks: Walks, converted: Bools, lot: Any, names: StepNames) -> Search:
    """Return the patterns among steps that are no trace of a purchase; the view itself is one of the steps.

    Each buyer is compared with persons who came as many steps.
    """
    told = walks.take(~np.isin(walks.token, names.traces))
    reach = np.bincount(told.place[told.after], minlength=told.persons).astype(np.int64)
    sets = draw_risk_sets(reach, converted, lot, most=MOST_MINED)
    before, after = align_steps(read_walks(told, sets), before=STEPS_BEFORE, after=STEPS_AFTER)
    view = np.full((len(before), 1), names.find(VIDEO), dtype=np.int64)
    return search_patterns(np.hstack([before, view, after]), sets.bought)


def _shape_flows(viewers: Crowd, others: Crowd, matched: Matched, names: StepNames, purchase: int) -> dict[str, Any]:
    mine = align_steps(viewers.walks, before=FLOW_STEPS, after=FLOW_STEPS)
    theirs = align_steps(others.walks, before=FLOW_STEPS, after=FLOW_STEPS)
    flows = {}
    for place, side in enumerate(("before", "after")):
        flow = build_flow(
            mine[place], theirs[place], matched.weights, names.names, purchase=purchase, is_after=side == "after"
        )
        flows[side] = _shape_flow(flow)
    return {**flows, "next": _shape_next(mine[1][:, 0], theirs[1][:, 0], matched, names)}


def _shape_flow(flow: Flow) -> dict[str, Any]:
    return {"nodes": [_shape_node(one) for one in flow.nodes], "links": [_shape_link(one) for one in flow.links]}


def _shape_node(one: Node) -> dict[str, Any]:
    return {
        "id": f"{one.step}:{one.name}",
        "step": one.step,
        "name": one.name,
        "viewers": one.viewers,
        "share": one.share,
        "share_non_viewers": one.share_others,
        "reasons": _explain_missing("share_non_viewers", one.share_others),
    }


def _shape_link(one: Link) -> dict[str, Any]:
    return {
        "from": f"{one.step_from}:{one.name_from}",
        "to": f"{one.step_to}:{one.name_to}",
        "viewers": one.viewers,
        "share": one.share,
        "share_non_viewers": one.share_others,
        "reasons": _explain_missing("share_non_viewers", one.share_others),
    }


def _explain_missing(field: str, value: float | None) -> dict[str, str]:
    return {} if value is not None else {field: "no_overlap"}


def _shape_next(mine: Ints, theirs: Ints, matched: Matched, names: StepNames) -> list[dict[str, Any]]:
    """Return what viewers did next, the most frequent first, beside what the matched others did."""
    ending = len(names.names)
    first, first_others = (np.where(column == NO_STEP, ending, column) for column in (mine, theirs))
    counted = np.bincount(first, minlength=ending + 1)
    tokens = [int(token) for token in np.lexsort((np.arange(ending + 1), -counted)) if counted[token]]
    compared = [compare_shares(matched, first == token, first_others == token) for token in tokens]
    q_values = adjust_p_values([one.p_value if one is not None else None for one in compared])
    return [
        {
            "name": names.names[token] if token < ending else "end",
            "viewers": int(counted[token]),
            "share": float(counted[token] / len(first)),
            **_shape_comparison(one),
            "q_value": q_value,
        }
        for token, one, q_value in zip(tokens, compared, q_values, strict=True)
    ]


def _shape_comparison(one: Comparison | None) -> dict[str, Any]:
    fields = ("share_matched", "share_non_viewers", "difference", "ci_low", "ci_high")
    if one is None:
        return {**dict.fromkeys(fields), "reasons": dict.fromkeys([*fields, "q_value"], "no_overlap")}
    figures = (one.share, one.share_others, one.difference, one.ci_low, one.ci_high)
    return {**dict(zip(fields, figures, strict=True)), "reasons": {}}


def _compare(measured: Wandering, bought_at: Ints) -> dict[str, Any]:
    converted = bought_at < NEVER
    sides: dict[str, Any] = {}
    for name, chosen in (("converted", converted), ("not_converted", ~converted)):
        seconds = bought_at[chosen] / 1000.0 if name == "converted" else np.zeros(0)
        reason = "no_viewers" if not chosen.any() else None
        sides[name] = {
            "viewers": int(chosen.sum()),
            "steps": _summarise(measured.steps[chosen]),
            "distinct_products": _summarise(measured.products[chosen]),
            "hesitation": _summarise(measured.returns[chosen]),
            "seconds_to_purchase": _summarise(seconds),
            "reasons": (dict.fromkeys(("steps", "distinct_products", "hesitation"), reason) if reason else {})
            | ({} if len(seconds) else {"seconds_to_purchase": "no_conversions"}),
        }
    return sides


def _summarise(values: Any) -> dict[str, float] | None:
    if not len(values):
        return None
    low, median, high = (float(value) for value in np.quantile(values, [0.25, 0.5, 0.75]))
    return {"mean": float(np.mean(values)), "median": median, "p25": low, "p75": high}


def _shape_pattern(one: Finding, names: StepNames) -> dict[str, Any]:
    pattern = one.pattern
    return {
        "pattern": name_steps(pattern.steps, names),
        "gapped": pattern.gapped,
        "converted": pattern.converted,
        "not_converted": pattern.not_converted,
        "share_converted": one.share_converted,
        "share_not_converted": one.share_not_converted,
        "ratio": one.ratio,
        "p_value": one.p_value,
        "q_value": one.q_value,
        "reasons": {} if one.ratio is not None else {"ratio": "division_by_zero"},
    }


def _shape_thresholds(asked: JourneysQuestion) -> dict[str, int]:
    thresholds = asked.thresholds
    return {
        "straight_products": thresholds.straight_products,
        "straight_steps": thresholds.straight_steps,
        "wander_products": thresholds.wander_products,
    }


def _shape_classes(asked: JourneysQuestion, viewers: Crowd, measured: Wandering, converted: Bools) -> dict[str, Any]:
    classes = classify_walks(measured, converted, asked.thresholds)
    counts = {name: int((classes == name).sum()) for name in (STRAIGHT, WANDERING, OTHER)}
    return {"thresholds": _shape_thresholds(asked), "counts": counts}


def _list_viewers(
    asked: JourneysQuestion, viewers: Crowd, measured: Wandering, converted: Bools, lot: Any
) -> list[dict[str, Any]]:
    """Return viewers drawn by lot, as many of each class as there is room for."""
    classes = classify_walks(measured, converted, asked.thresholds)
    drawn: list[int] = []
    for name in (STRAIGHT, WANDERING, OTHER):
        members = np.flatnonzero(classes == name)
        drawn += members[np.argsort(lot[members], kind="stable")][: MOST_LISTED // 2].tolist()
    drawn = drawn[:MOST_LISTED]
    persons = viewers.ids.take(viewers.person[np.array(drawn, dtype=np.int64)])
    return [
        {
            "person": person,
            "class": str(classes[place]),
            "products": int(measured.products[place]),
            "steps": int(measured.steps[place]),
            "returns": int(measured.returns[place]),
            "converted": bool(converted[place]),
            "viewed_at": to_rfc3339(int(viewers.t0[place])),
        }
        for person, place in zip(persons, drawn, strict=True)
    ]


def _shape_wandering(asked: JourneysQuestion, matched: Matched, mine: Wandering, theirs: Wandering) -> dict[str, Any]:
    most = asked.thresholds.wander_products
    one = compare_shares(matched, mine.products >= most, theirs.products >= most)
    fields = ("share_viewers", "share_non_viewers", "difference", "ci_low", "ci_high")
    if one is None:
        missing = {**dict.fromkeys(fields), "finding": None, "words": None}
        return {**missing, "reasons": dict.fromkeys(missing, "no_overlap")}
    figures = (one.share, one.share_others, one.difference, one.ci_low, one.ci_high)
    finding = one.ci_low > 0
    return {
        **dict(zip(fields, figures, strict=True)),
        "finding": finding,
        "words": _word_wandering(one, most, finding),
        "reasons": {},
    }


def _word_wandering(one: Comparison, products: int, finding: bool) -> dict[str, str]:
    mine, theirs = f"{one.share:.1%}", f"{one.share_others:.1%}"
    if finding:
        return {
            "en": f"Viewers wander after this video: {mine} of them go on to look at {products} or more products"
            f" without buying first, of comparable visitors who did not watch it {theirs}.",
            "ja": f"この動画の後、視聴者は迷っています。{mine}が購入前に{products}点以上の商品を見て回っています"
            f"(視聴していない同様の訪問者では{theirs})。",
        }
    return {
        "en": f"No sign that viewers wander after this video: {mine} of them look at {products} or more products"
        f" before buying or leaving, of comparable visitors who did not watch it {theirs}.",
        "ja": f"この動画の後に視聴者が迷っている兆候はありません。購入または離脱までに{products}点以上の商品を見た"
        f"割合は{mine}(視聴していない同様の訪問者では{theirs})。",
    }
