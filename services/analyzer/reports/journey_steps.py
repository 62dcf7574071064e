"""The steps of a site's people as relations: what each did, by name, and the moments at which they are compared.

Never tells from a purchase, or from what follows it, who would purchase.
"""

from collections import Counter
from dataclasses import replace

import duckdb

from services.analyzer.journeys.pages import group_paths
from services.analyzer.reports.goal_spec import GoalSpec, Window
from services.analyzer.reports.journey_names import (
    LOOKBACK_MS,
    ORDER,
    OTHER_VIDEO,
    VIDEO,
    StepNames,
    name_purchase,
)
from services.analyzer.store.columns import build_columns
from services.analyzer.store.kept import Keeping
from services.analyzer.store.questions import load_question

MOST_WALKERS = 80_000
"""Persons of a site, viewers or not, whose steps are put in order; of more, half as many at least stand for all."""
MOST_VIEWERS = 8_000
"""Viewers of each video that are followed besides; of more, half as many at least."""
MOST_PAGES = 25
MOST_EVENTS = 12
MOST_CHANNELS = 20
OTHER_PAGE = "page:other"
DIRECT = "direct"
STEP_EVENTS = {
    "Product Viewed": "product",
    "Products Searched": "search",
    "Product List Viewed": "list",
    "Product List Filtered": "list",
    "Product Added": "cart_add",
    "Product Removed": "cart_remove",
    "Cart Viewed": "cart",
    "Checkout Started": "checkout",
    "Checkout Step Viewed": "checkout",
    "Checkout Step Completed": "checkout",
    "Payment Info Entered": "checkout",
    "Prompt Shown": "prompt_shown",
    "Prompt Clicked": "prompt_clicked",
    "Prompt Dismissed": "prompt_dismissed",
    "Prompt Answered": "prompt_answered",
    "Store Visited": "store",
}
NO_STEPS = {ORDER, "Order Refunded", "Prompt Withheld", "Score Threshold Crossed"}
TRACE_SHARE, LEADING_SHARE = 0.8, 0.5
"""Steps of which this share lies within a minute of a conversion belong to it (the page that says thanks), and so do
steps of which this share is followed by one within half an hour (the page that asks for the address): they are buying.
"""


def build_steps(
    con: "duckdb.DuckDBPyConnection",
    site_id: str,
    goal: GoalSpec,
    window: Window,
    video_id: str | None,
    keeping: Keeping,
) -> StepNames:
    """Make the relations `walkers`, `journey_firsts`, `journey_steps` and `journey_moments`; needs `conversions`.

    Returns the names of the steps. A page's own token is found by `page_tokens`: which pages have one changes from day
    to day, and steps that are kept need not.
    """
    in_window = {"from": window.start, "to": window.end}
    since, until = window.start - LOOKBACK_MS, window.end + goal.window_ms
    span: dict[str, object] = {"site": site_id, "from": since, "to": until}

    def find_people() -> None:
        con.execute(load_question("journey_views"), {"site": site_id})
        con.execute(load_question("journey_firsts"), {**in_window, "video": video_id})
        con.execute(load_question("journey_known"), {"site": site_id})

    edges = (window.start, window.end)
    keeping.build(
        "journey people", find_people, relations=("journey_firsts", "journey_known"), edges=edges, settings=video_id
    )
    con.execute(load_question("journey_walkers"), {"most": MOST_WALKERS, "viewers": MOST_VIEWERS})
    con.execute(load_question("journey_followed"))
    purchase = name_purchase(goal)
    names = _name_steps(con, span, purchase)

    def follow() -> None:
        con.execute(load_question("journey_views"), {"site": site_id})
        con.execute(load_question("journey_numbered"))
        con.execute(load_question("journey_events"), {**span, "purchase": purchase})
        con.execute(load_question("journey_steps"))
        con.execute("DROP TABLE journey_events")
        drawn = {"purchase_token": names.find(purchase), "first_channel": names.first_channel}
        con.execute(load_question("journey_moments"), {**in_window, **drawn})
        con.execute(load_question("journey_near"))

    keeping.build(
        "journeys",
        follow,
        relations=("journey_steps", "journey_moments", "journey_near"),
        inputs=("conversions", "followed"),
        among="followed",
        edges=(since, *edges, until),
        settings=[name for name in names.names if not name.startswith("page:")],
    )
    return replace(names, traces=_find_traces(con, names, goal))


def _name_steps(con: "duckdb.DuckDBPyConnection", span: dict[str, object], purchase: str) -> StepNames:
    """Make `step_events`, `step_tokens` and `page_tokens`; returns the names by token, traces not among them yet.

    Rare pages are one name, rare events are none. The most frequent pages come and go: they have a fixed number of
    places, so that the tokens of channels stay.
    """
    paths = con.execute(load_question("journey_paths"), span).fetchall()
    groups = [f"page:{group}" for group in group_paths([path for path, _ in paths])]
    visits: Counter[str] = Counter()
    for group, (_, times) in zip(groups, paths, strict=True):
        visits[group] += times
    pages = sorted(visits, key=lambda group: (-visits[group], group))[:MOST_PAGES]
    told = [event for (event,) in con.execute(load_question("journey_names"), span).fetchall()]
    events = [f"event:{event}" for event in told if event not in STEP_EVENTS and event not in NO_STEPS][:MOST_EVENTS]
    came_by = {channel for (channel,) in con.execute(load_question("journey_channels"), span).fetchall()}
    channels = [f"channel:{channel}" for channel in sorted({DIRECT, *came_by})[:MOST_CHANNELS]]
    own = {*STEP_EVENTS.values(), purchase, VIDEO, OTHER_VIDEO, OTHER_PAGE}
    first = sorted({*own, *events}) + pages + [OTHER_PAGE] * (MOST_PAGES - len(pages))
    names = StepNames((*first, *channels), len(first), ())
    tokens = {name: str(names.find(name)) for name in {*names.names}}
    con.register("step_events", build_columns(list(STEP_EVENTS.items())))
    con.register("step_tokens", build_columns([(name, token) for name, token in tokens.items() if name not in visits]))
    own_page = [(path, tokens[group]) for group, (path, _) in zip(groups, paths, strict=True) if group in tokens]
    con.register("page_tokens", build_columns(own_page or [("", tokens[OTHER_PAGE])]))
    return names


def _find_traces(con: "duckdb.DuckDBPyConnection", names: StepNames, goal: GoalSpec) -> tuple[int, ...]:
    shares = con.execute(load_question("journey_traces"), {"page_token": names.find(OTHER_PAGE)}).fetchall()
    own, checkout = {names.find(name_purchase(goal)), names.find(VIDEO)}, names.find("checkout")
    return tuple(
        token
        for token, near, leading in shares
        if token not in own and (near >= TRACE_SHARE or leading >= LEADING_SHARE or token == checkout)
    )
