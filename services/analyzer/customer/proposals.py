"""The campaign that does an action for everybody in the same situation, ready to be posted as a draft.

Pure. Never addresses one person alone, and always holds some out, so that what it brings can be measured.
"""

from math import floor
from typing import Any

from services.analyzer.customer.next_action import HESITATING, SECOND_ORDER_DAYS, NextAction
from services.analyzer.customer.words import PROMPTS

HOLDOUT = 0.2
FEWEST_REGULAR = 4


def propose_campaign(action: NextAction) -> dict[str, dict[str, Any]]:
    """Return the body of `POST /v1/campaigns`, by the language of its words."""
    return {language: _build(action, words) for language, words in zip(("en", "ja"), PROMPTS[action.code], strict=True)}


def _build(action: NextAction, words: tuple[str, str, str, str]) -> dict[str, Any]:
    name, title, body, label = words
    content: dict[str, Any] = {"title": title, "body": body, "cta": {"label": label}}
    kind = "popup" if action.code in ("ask_hesitating", "thank_loyal") else "toast"
    if action.code == "show_moment":
        kind = "video"
        content["video"] = {"id": action.evidence["video"], "start_at": action.evidence["start_at"]}
    return {
        "name": name,
        "status": "draft",
        "audience": {"all": _find_audience(action)},
        "when": {"type": "exit_intent"} if action.code == "ask_hesitating" else {"type": "delay", "seconds": 3},
        "frequency": {"per_session": 1, "per_visitor": {"count": 2, "days": 30}},
        "holdout": HOLDOUT,
        "variants": [{"id": "a", "kind": kind, "content": content}],
    }


def _find_audience(action: NextAction) -> list[dict[str, Any]]:
    evidence = action.evidence
    match action.code:
        case "ask_hesitating":
            return [_fact("hesitation", "ge", HESITATING)]
        case "remind_cart":
            return [_fact("cart.items", "ge", 1), _fact("visitor.sessions", "ge", 2)]
        case "propose_refill":
            due = max(1, floor(evidence["gap_days"] - SECOND_ORDER_DAYS))
            return [_fact("orders.count", "ge", FEWEST_REGULAR), _fact("orders.days_since_last", "ge", due)]
        case "win_back":
            return [_fact("lifecycle", "in", ["at_risk", "dormant"])]
        case "show_moment":
            part = {"video": evidence["video"], "from": evidence["start_at"], "to": evidence["end_at"]}
            return [
                _fact(f"video.{evidence['video']}.watched_ratio", "gt", 0),
                {"not": {"watched": {**part, "share": 0.5}}},
            ]
        case "approach_store_visitor":
            bought: dict[str, Any] = {"event": "Order Completed", "within": "30d"}
            return [{"event": "Store Visited", "within": "30d"}, {"not": bought}]
        case "thank_loyal":
            return [_fact("lifecycle", "eq", "loyal"), {"not": _joined()}]
        case "second_order":
            return [_fact("orders.count", "eq", 1), _fact("orders.days_since_last", "ge", SECOND_ORDER_DAYS)]
        case "offer_interest":
            return [_fact(f"interest.{evidence['category']}", "ge", 2)]


def _fact(name: str, op: str, value: float | str | list[str]) -> dict[str, Any]:
    return {"fact": name, "op": op, "value": value}


def _joined() -> dict[str, Any]:
    return {"event": "Community Joined", "within": "30d"}
