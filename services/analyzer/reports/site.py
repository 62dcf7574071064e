"""What a report must know of its site: currency, rates, time zone, goals, videos.

Never more than one site's.
"""

import duckdb
from sqlmodel import Session

from services.analyzer.control.lifecycle import read_lifecycle, read_stage_rules
from services.analyzer.control.models import Goal, Site
from services.analyzer.control.scores import load_scores
from services.analyzer.problems import FieldError, Refused, refuse_fields
from services.analyzer.reports.brand_model import load_brand_model
from services.analyzer.reports.goal_spec import GoalSpec as GoalSpec
from services.analyzer.reports.goal_spec import Window as Window
from services.analyzer.reports.hesitation_model import load_hesitation_model
from services.analyzer.store.columns import build_columns
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis
from shared.enrich.money import get_exponent
from shared.rules.hesitation import choose_model
from shared.rules.interest import NO_BRANDS, compile_brands
from shared.rules.parse import parse_where
from shared.rules.sql import SiteContext, compile_where

DEFAULT_DAYS = 90


def default_window(now: Millis) -> Window:
    """Return the last 90 days up to now."""
    return Window(now - DEFAULT_DAYS * DAY_MS, now)


def load_site_context(session: Session, site_id: str, *, brands: bool = True) -> SiteContext:
    """Return what rules need to know of the site; raises `Refused` (not_found) for a site that is gone.

    `brands`: whether anything asks which are alike; thousands of products may be in that.
    """
    site = session.get(Site, site_id)
    if site is None:
        raise Refused("not_found", f"There is no site {site_id!r}")
    model = choose_model(load_hesitation_model(session, site_id))
    return SiteContext(
        currency=site.currency,
        rates=site.rates,
        time_zone=site.time_zone,
        hesitation=model,
        scores=load_scores(session, site_id),
        brands=compile_brands(load_brand_model(session, site_id)) if brands else NO_BRANDS,
        lifecycle=read_stage_rules(read_lifecycle(site.lifecycle)),
    )


def load_goal(session: Session, site_id: str, goal_id: str) -> GoalSpec:
    """Return a goal; raises `Refused` (invalid) that names `goal` when there is none."""
    goal = session.get(Goal, (site_id, goal_id))
    if goal is None:
        raise refuse_fields([FieldError("/goal", "unknown_goal", f"there is no goal {goal_id!r} on this site")])
    return GoalSpec(
        goal.id, goal.event, goal.where, int(goal.window_days * DAY_MS), goal.window_days, goal.value_property
    )


def build_conversions(
    con: "duckdb.DuckDBPyConnection", site_id: str, site: SiteContext, goal: GoalSpec, keeping: Keeping = UNKEPT
) -> None:
    """Make the relation `conversions` of one goal on this connection."""
    units = [(code, str(rate), str(10 ** get_exponent(code))) for code, rate in site.rates.items()]
    units = [row for row in units if row[0] != site.currency]
    own = str(10 ** get_exponent(site.currency))
    units += [(site.currency, "1", own), ("", "1", own)]
    con.register("rates", build_columns(units))
    where = compile_where(parse_where(goal.where or []), first_parameter=4)
    path = None
    if goal.value_property is not None:
        path = "$" + "".join(f'."{_escape(key)}"' for key in goal.value_property.split("."))
    question = load_question("conversions").replace("{where}", where.sql)

    def make() -> None:
        con.execute(question, [site_id, goal.event, path, *where.parameters])

    asked = (units, goal.event, goal.where, goal.value_property)
    keeping.share(f"conversions {goal.id}", make, relation="conversions", settings=asked)


def _escape(key: str) -> str:
    return key.replace("\\", "\\\\").replace('"', '\\"')
