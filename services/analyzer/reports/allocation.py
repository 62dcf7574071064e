"""What has been learnt of campaigns' variants: counts from the log, draws from the counts, shares from the draws.

Never counts a person who was seen in two arms, and never one from whom the prompt was withheld.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import msgspec
import numpy as np

from services.analyzer.control.models import Campaign
from services.analyzer.reports.campaigns import CampaignsQuestion, make_campaign_persons
from services.analyzer.reports.site import Window, build_conversions
from services.analyzer.stats.arrivals import BINS, CLOSED, estimate_arrived
from services.analyzer.stats.bandits import build_generator, draw_rates, draw_worths
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.allocation.context import BASE, COLUMNS, FACTS, Cell, find_cell
from shared.allocation.draws import DRAWS, MOST_ARMS, Allocator, Draws, Shares, pack_draws, read_allocator
from shared.clock import Millis, to_rfc3339

ASSUMPTIONS = [
    "arms_count_persons",
    "converted_after_the_trigger",
    "seen_in_two_arms_are_set_aside",
    "open_windows_count_in_part",
    "rates_stay_as_they_are",
]
MOST_CONTEXTS = 12
"""Contexts that a report names, those of most persons first."""
Method = Literal["even", "thompson", "contextual"]


@dataclass(frozen=True, slots=True)
class Learner:
    """A campaign. `arms`: the variants that visitors can be given (weight above 0), by id, with their weights beside.

    `reason`: why it does not learn, None when it does.
    """

    campaign_id: str
    method: Method
    arms: tuple[str, ...]
    weights: tuple[float, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class ArmInContext:
    """Persons shown one variant in one context; `trials` counts those whose window is open in part."""

    arm: str
    cell: Cell
    persons: int
    converted: int
    trials: float


Counts = Mapping[str, Sequence[ArmInContext]]
"""By campaign."""


def describe_learner(campaign: Campaign) -> Learner:
    """Return a campaign as it learns. Reasons: by_weight, one_variant, too_many_variants, not_running."""
    weights = {str(variant["id"]): float(variant.get("weight", 1)) for variant in campaign.variants}
    arms = sorted(arm for arm, weight in weights.items() if weight > 0)
    reason = None
    if campaign.allocation == "even":
        reason = "by_weight"
    elif len(arms) < 2:
        reason = "one_variant"
    elif len(arms) > MOST_ARMS:
        reason = "too_many_variants"
    elif campaign.status not in ("running", "paused"):
        reason = "not_running"
    method = msgspec.convert(campaign.allocation, Method)
    return Learner(campaign.id, method, tuple(arms), tuple(weights[arm] for arm in arms), reason)


def load_counts(
    con: "duckdb.DuckDBPyConnection",
    asked: CampaignsQuestion,
    learners: Sequence[Learner],
    keeping: Keeping = UNKEPT,
) -> dict[str, list[ArmInContext]]:
    """Return what happened to the persons of campaigns with the goal that is asked about."""
    _build_shown(con, asked, learners, keeping)
    bound = {"now": asked.now, "window_ms": asked.goal.window_ms, "bins": BINS}
    rows = con.execute(load_question("allocation_counts"), bound).fetchall()
    return {
        one.campaign_id: _weigh([row[1:] for row in rows if row[0] == one.campaign_id], one.arms) for one in learners
    }


def _build_shown(
    con: "duckdb.DuckDBPyConnection", asked: CampaignsQuestion, learners: Sequence[Learner], keeping: Keeping
) -> None:
    """Make the relation `allocation_shown`."""
    start, end = asked.window.start, asked.window.end
    campaigns = [one.campaign_id for one in learners]
    contextual = [one.campaign_id for one in learners if one.method == "contextual"]
    # Nobody needs a context: then no decision is read for one.
    terms = {"site": asked.site_id, "campaigns": contextual, "from": start, "to": end if contextual else start}
    build_conversions(con, asked.site_id, asked.site, asked.goal, keeping)

    def make() -> None:
        make_campaign_persons(con, asked, campaigns)
        con.execute(load_question("allocation_contexts"), terms)
        con.execute(load_question("allocation_shown"), {"window_ms": asked.goal.window_ms})

    keeping.build(
        f"allocation {asked.goal.id}",
        make,
        relations=("allocation_shown",),
        inputs=("conversions",),
        edges=(start, end),
        settings=(campaigns, contextual, asked.goal.window_ms),
    )


def _weigh(rows: Sequence[tuple[Any, ...]], arms: Sequence[str]) -> list[ArmInContext]:
    """Return the counts by arm and context; a variant that is gone still tells when conversions come."""
    converted, waiting = np.zeros(BINS + 1), np.zeros(BINS + 1)
    for *_, age_bin, conversion_bin, persons in rows:
        if conversion_bin is None:
            waiting[age_bin] += persons
        else:
            converted[conversion_bin] += persons
    arrived = estimate_arrived(converted, waiting)
    sums: dict[tuple[str, Cell], list[float]] = {}
    for arm, *facts, age_bin, conversion_bin, persons in rows:
        if arm in arms:
            cell = find_cell(dict(zip(FACTS, facts, strict=True)))
            one = sums.setdefault((arm, cell), [0, 0, 0.0])
            one[0] += persons
            one[1] += persons if conversion_bin is not None else 0
            one[2] += persons * float(arrived[min(age_bin, CLOSED)])
    return [
        ArmInContext(arm, cell, int(persons), int(bought), trials)
        for (arm, cell), (persons, bought, trials) in sorted(sums.items())
    ]


def draw_campaign(site_id: str, learner: Learner, counts: Sequence[ArmInContext]) -> Draws | None:
    """Return the draws of a campaign, the same for the same counts; None while nobody was shown a variant."""
    if not counts:
        return None
    summed = {arm: [one for one in counts if one.arm == arm] for arm in learner.arms}
    if learner.method == "thompson":
        values = []
        for arm, rows in summed.items():
            trials, converted = sum(one.trials for one in rows), sum(one.converted for one in rows)
            generator = build_generator(site_id, learner.campaign_id, arm, trials, converted)
            values.append(draw_rates(trials, converted, DRAWS, generator))
        return pack_draws(learner.arms, (BASE,), np.concatenate(values).tolist())
    rows = [one for arm in learner.arms for one in summed[arm]]
    generator = build_generator(site_id, learner.campaign_id, *rows)
    worths = draw_worths(
        np.array([learner.arms.index(one.arm) for one in rows]),
        [one.cell for one in rows],
        np.array([one.trials for one in rows]),
        np.array([one.converted for one in rows], dtype=np.float64),
        arms=len(learner.arms),
        width=len(COLUMNS),
        draws=DRAWS,
        generator=generator,
    )
    return pack_draws(learner.arms, COLUMNS, worths.ravel().tolist())


def shape_allocation(
    learner: Learner, counts: Sequence[ArmInContext], draws: Draws | None, *, goal_id: str, window: Window, now: Millis
) -> dict[str, Any]:
    """Return the report of one campaign as JSON values. Reasons: those of `describe_learner`, and no_persons."""
    allocator = read_allocator(draws, learner.arms)
    cells: dict[Cell, int] = {}
    for one in counts:
        cells[one.cell] = cells.get(one.cell, 0) + one.persons
    shares = _share_overall(learner, allocator, cells)
    arms = []
    for arm in learner.arms:
        rows = [one for one in counts if one.arm == arm]
        arms.append(
            {
                "id": arm,
                "share": shares[arm],
                "persons": sum(one.persons for one in rows),
                "converted": sum(one.converted for one in rows),
                "trials": sum(one.trials for one in rows),
            }
        )
    return {
        "campaign": learner.campaign_id,
        "goal": goal_id,
        "allocation": learner.method,
        "computed_at": to_rfc3339(now),
        "window": {"from": to_rfc3339(window.start), "to": to_rfc3339(window.end)},
        "arms": arms,
        "contexts": _shape_contexts(allocator, cells),
        "sample_sizes": {"persons": sum(cells.values()), "contexts": len(cells)},
        "assumptions": ASSUMPTIONS,
        "reasons": {} if allocator is not None else {"shares": learner.reason or "no_persons"},
    }


def _shape_contexts(allocator: Allocator | None, cells: Mapping[Cell, int]) -> list[dict[str, Any]]:
    if allocator is None or not allocator.is_contextual:
        return []
    return [
        {
            "context": [COLUMNS[place] for place in cell],
            "persons": cells[cell],
            "shares": [{"id": arm, "share": share} for arm, share in allocator.compute_shares(cell)],
        }
        for cell in sorted(cells, key=lambda cell: (-cells[cell], cell))[:MOST_CONTEXTS]
    ]


def _share_overall(learner: Learner, allocator: Allocator | None, cells: Mapping[Cell, int]) -> dict[str, float]:
    """Return each variant's share among persons as they came; by weight while nothing is learnt."""
    if allocator is None:
        return {arm: weight / sum(learner.weights) for arm, weight in zip(learner.arms, learner.weights, strict=True)}
    total = sum(cells.values())
    overall = dict.fromkeys(learner.arms, 0.0)
    for cell, persons in cells.items():
        found: Shares = allocator.compute_shares(cell)
        for arm, share in found:
            overall[arm] += share * persons / total
    return overall
