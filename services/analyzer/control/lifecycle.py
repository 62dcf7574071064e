"""The rules of a site's stages and of its ladder: the operator's, or the published ones.

Never in milliseconds as they are kept and shown: an operator thinks in days.
"""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlmodel import Session

from services.analyzer.control.models import Site
from services.analyzer.lifecycle.advocacy import RECOMMENDING
from shared.clock import DAY_MS
from shared.rules.lifecycle import PUBLISHED, StageRules


@dataclass(frozen=True, slots=True)
class LifecycleRules:
    """The rules as the operator gives them; `bulk_value`, which only a request has, in major units of the currency.

    An advocate has bought twice and has done `advocate_acts` of `advocate_events` since.
    """

    loyal_orders: int = PUBLISHED.loyal_orders
    loyal_days: float = PUBLISHED.loyal_ms / DAY_MS
    at_risk_days: float = PUBLISHED.at_risk_ms / DAY_MS
    dormant_days: float = PUBLISHED.dormant_ms / DAY_MS
    bulk_value: float = 0.0
    advocate_events: tuple[str, ...] = RECOMMENDING
    advocate_acts: int = 1


DEFAULT_RULES = LifecycleRules()


def read_lifecycle(kept: dict[str, Any] | None) -> LifecycleRules:
    """Return the rules of a site's field `lifecycle`."""
    return DEFAULT_RULES if kept is None else msgspec.convert(kept, LifecycleRules)


def load_lifecycle(session: Session, site_id: str) -> LifecycleRules:
    """Return the rules of a site; the published ones where it has none of its own."""
    site = session.get(Site, site_id)
    return read_lifecycle(site.lifecycle if site is not None else None)


def read_stage_rules(rules: LifecycleRules) -> StageRules:
    """Return what the stages need of the rules, in milliseconds."""
    return StageRules(
        loyal_orders=rules.loyal_orders,
        loyal_ms=round(rules.loyal_days * DAY_MS),
        at_risk_ms=round(rules.at_risk_days * DAY_MS),
        dormant_ms=round(rules.dormant_days * DAY_MS),
    )
