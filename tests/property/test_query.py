"""Questions of a dashboard on random messages: the parts add up to the whole, and no text of theirs holds a value."""

import re
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analyzer.ingest.rows import build_batch
from services.analyzer.reports.dashboard import DashboardQuestion, build_dashboard_answer
from services.analyzer.reports.dashboard_measures import MEASURES, OVERLAPPING
from services.analyzer.reports.dashboard_sql import Shape, write_asked
from services.analyzer.reports.site import GoalSpec, Window
from services.analyzer.store.duck import DuckStore
from shared.clock import DAY_MS, HOUR_MS
from shared.log.entry import LoggedMessage, MessageGroup, Messages
from shared.log.reader import ReadEntry
from shared.rules.sql import SiteContext
from tests.builders import NOW

EVENTS = ("page", "Order Completed", "Video Playback Paused", "Prompt Shown", "Prompt Clicked", "Product Viewed")
SENT = st.fixed_dictionaries(
    {
        "event": st.sampled_from(EVENTS),
        "hours": st.integers(0, 120),
        "anonymousId": st.sampled_from(["v1", "v2", "v3", None]),
        "userId": st.sampled_from(["u1", "u2", None]),
        "session": st.sampled_from(["s1", "s2", None]),
        "source": st.sampled_from(["news", "it's", None]),
        "value": st.integers(0, 40),
    }
).filter(lambda one: one["anonymousId"] or one["userId"])
GOAL = GoalSpec("purchase", "Order Completed", None, 7 * DAY_MS, 7, None)
ADDITIVE = [name for name, one in MEASURES.items() if one.is_additive]


def build_entry(sent: list[dict[str, Any]]) -> ReadEntry:
    messages = []
    for place, one in enumerate(sent):
        ts, value = NOW - one["hours"] * HOUR_MS, one["value"]
        context: dict[str, Any] = {"sessionId": one["session"]} if one["session"] else {}
        if one["source"]:
            context["campaign"] = {"source": one["source"]}
        properties = {
            "page": {"path": f"/{value % 3}"},
            "Order Completed": {"order_id": f"o{place}", "revenue": value / 4},
            "Video Playback Paused": {"content_asset_id": f"film{value % 2}", "played": [[0, value / 8]]},
        }.get(one["event"], {"campaign_id": "hello"})
        fields = {key: one[key] for key in ("anonymousId", "userId") if one[key]}
        fields |= {"event": one["event"], "properties": properties, "context": context}
        fields |= {"type": "page" if one["event"] == "page" else "track"}
        messages.append(LoggedMessage(f"m{place}", ts, None, msgspec.json.encode(fields)))
    return ReadEntry(b"1-0", Messages([MessageGroup("shop", NOW, None, None, 0, messages)]), b"")


def ask(store: DuckStore, measure: str, breakdown: str | None, interval: Any) -> dict[str, Any]:
    con = store.cursor()
    shape = Shape(measure, breakdown, None, None, has_units=interval is not None, has_filter=False)
    site = SiteContext(currency="USD", time_zone="America/New_York")
    window = Window(NOW - 4 * DAY_MS, NOW + 1)
    try:
        return build_dashboard_answer(
            con, DashboardQuestion("shop", site, GOAL, window, NOW, shape, None, interval, {"measure": measure})
        )
    finally:
        con.close()


@settings(max_examples=20, deadline=None)
@given(st.lists(SENT, max_size=25), st.sampled_from(ADDITIVE))
def test_the_parts_of_what_adds_up_are_the_whole(sent: list[dict[str, Any]], measure: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = DuckStore(Path(folder) / "events.duckdb", threads=1)
        try:
            store.append(build_batch({0: [build_entry(sent)]}, {})[0])
            total = ask(store, measure, None, None)["totals"]["value"]
            groups = sorted(MEASURES[measure].breakdowns - OVERLAPPING)
            for breakdown, interval in [(None, "day"), *product(groups, (None, "day"))]:
                named = "trait.plan" if breakdown == "trait" else breakdown
                answer = ask(store, measure, named, interval)
                parts = [row["value"] for row in answer["rows"]]
                assert sum(parts) == pytest.approx(total), (measure, breakdown, interval)
                assert answer["totals"]["value"] == total
        finally:
            store.close()


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(MEASURES)),
    st.text(min_size=1, max_size=12).filter(lambda word: not set(word) & set('."\\\\') and word.isprintable()),
    st.text(min_size=1, max_size=20),
)
def test_no_word_of_the_operator_stands_in_a_query(measure: str, word: str, value: str) -> None:
    takes = MEASURES[measure].takes_event
    where = [{"property": f"a {word}", "op": "eq", "value": value}] if takes and value.isprintable() else None

    def write(trait: str, event: str | None, conditions: Any) -> tuple[str, dict[str, Any]]:
        shape = Shape(measure, f"trait.{trait}", event, conditions, has_units=True, has_filter=True)
        values = dict.fromkeys(("site", "from", "to", "minor_units", "goal_event", "trait_key", "trait"), 0)
        return write_asked(shape, values)

    plain = [{"property": "a b", "op": "eq", "value": "c"}] if where else None
    text, given_values = write(word, value if takes else None, where)
    usual, _ = write("plan", "page" if takes else None, plain)
    assert text == usual
    assert set(re.findall(r"\$([a-z_]+[0-9]*)", text)) == set(given_values)
