"""What the lot says of a trigger of loyalty: prompts that ask members for an act they have not done, and results.

Never computes a result: it is that of the last run of the job `experiments`.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec
from sqlmodel import Session, select

from services.analyzer.control.models import Campaign


def load_trigger_tests(
    session: Session, site_id: str, events: Collection[str], load_result: Callable[[str], bytes | None]
) -> list[dict[str, Any]]:
    """Return the campaigns of the site that test a trigger among `events`, by id, each with what it brought.

    `load_result` returns the report of the last run on a campaign.
    """
    rows = []
    for one in session.exec(select(Campaign).where(Campaign.site_id == site_id).order_by(Campaign.id)):
        event = find_trigger(one.audience, events)
        if event is None or not one.holdout:
            continue
        kept = load_result(one.id)
        report = msgspec.json.decode(kept) if kept is not None else None
        rows.append(_shape(one, event, report))
    return rows


def find_trigger(audience: Mapping[str, Any], events: Collection[str]) -> str | None:
    """Return the act that an audience lacks, if it is of members: `all` of an act that was done, and not of another."""
    parts = audience.get("all")
    if not isinstance(parts, list):
        return None
    lacking = [_read_event(part["not"], events) for part in parts if isinstance(part, dict) and "not" in part]
    done = [part for part in parts if isinstance(part, dict) and _names_act(part, events)]
    return next((event for event in lacking if event is not None), None) if done else None


def judge(uplift: Mapping[str, Any] | None) -> str:
    """Return confirmed, refuted or too_early: on which side of zero the always-valid interval lies."""
    if uplift is None or uplift["always_valid_low"] is None or uplift["always_valid_high"] is None:
        return "too_early"
    if uplift["always_valid_low"] > 0:
        return "confirmed"
    return "refuted" if uplift["always_valid_high"] < 0 else "too_early"


def _shape(one: Campaign, event: str, report: Mapping[str, Any] | None) -> dict[str, Any]:
    uplift = None if report is None else report["uplift"]
    reason = None
    if uplift is None:
        reason = "no_run_yet" if report is None else report["reasons"].get("uplift", "too_few_persons")
    return {
        "campaign": one.id,
        "name": one.name,
        "status": one.status,
        "behaviour": f"event:{event}",
        "goal": one.goal if report is None else report["goal"],
        "uplift": uplift,
        "verdict": judge(uplift),
        "reasons": {} if reason is None else {"uplift": reason},
    }


def _names_act(part: Mapping[str, Any], events: Collection[str]) -> bool:
    some = part.get("any")
    return any(_read_event(one, events) for one in (some if isinstance(some, list) else [part]))


def _read_event(rule: Any, events: Collection[str]) -> str | None:
    event = rule.get("event") if isinstance(rule, dict) else None
    return event if isinstance(event, str) and event in events else None
