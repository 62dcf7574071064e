"""The factors report as JSON values, and what operators call its behaviours.

Never computes a figure: what cannot be given is null, with its reason.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.analyzer.loyalty.advice import Candidate, advise_stage
from services.analyzer.loyalty.factors import Factor
from services.analyzer.reports.factors_definition import BehaviourWords

_ADVISED = ("behaviour", "usage", "effect", "gain")


def shape_factor(one: Factor, stages: Sequence[str]) -> dict[str, Any]:
    """Return one behaviour as the report has it before operators' words."""
    reasons: dict[str, str] = {}
    if one.effect.reason is not None:
        reasons = dict.fromkeys(("effect", "ci_low", "ci_high", "q_value"), one.effect.reason)
    if one.difference is None:
        reasons["difference"] = "nothing_to_compare"
    if one.ratio is None:
        reasons["ratio"] = "nothing_to_compare" if one.difference is None else "division_by_zero"
    return {
        "behaviour": one.behaviour,
        "kind": one.kind,
        "persons": one.persons,
        "reach": one.reach,
        "by_stage": dict(zip(stages, one.by_stage, strict=True)),
        "difference": one.difference,
        "ratio": one.ratio,
        "effect": one.effect.estimate,
        "ci_low": one.effect.ci_low,
        "ci_high": one.effect.ci_high,
        "q_value": one.q_value,
        "negative": one.effect.ci_high is not None and one.effect.ci_high < 0,
        "consequence": one.consequence,
        "compared": one.effect.treated + one.effect.untreated,
        "reasons": reasons,
    }


def put_words(report: dict[str, Any], words: Mapping[str, BehaviourWords]) -> dict[str, Any]:
    """Return the report with operators' names and classes, and what to give to each stage next.

    Done when it is read, so that a name counts at once, not from the next run on.
    """
    nothing = BehaviourWords(None, None, False)
    factors = []
    for one in report["factors"]:
        said = words.get(one["behaviour"], nothing)
        factors.append({**one, "name": said.name, "kind": said.kind or one["kind"], "hidden": said.hidden})
    candidates = [Candidate(**{name: one[name] for name in Candidate.__dataclass_fields__}) for one in factors]
    advised = [_advise(stage, candidates) for stage in report["stages"]]
    return {**report, "factors": factors, "next": advised}


def _advise(stage: dict[str, Any], candidates: Sequence[Candidate]) -> dict[str, Any]:
    found = advise_stage(stage["stage"], candidates)
    reason = "nothing_stands_out" if stage["persons"] else "nobody"
    return {
        "stage": stage["stage"],
        "behaviours": [{name: getattr(one, name) for name in _ADVISED} for one in found],
        "reasons": {} if found else {"behaviours": reason},
    }
