"""With less memory than a question needs the store goes to disk, and says the same."""

from pathlib import Path
from typing import Any

from services.analyzer.reports.journeys import build_journeys, load_crowds
from services.analyzer.reports.site import GoalSpec, Window
from services.analyzer.store.duck import DuckStore
from services.analyzer.store.history import build_rule_history
from shared.clock import DAY_MS
from shared.rules.parse import parse_rule
from shared.rules.sql import SiteContext, compile_rule
from tests.builders import NOW

VISITORS, EACH = 12_000, 25
MAKE = """
INSERT INTO events BY NAME
SELECT hash(i) AS key_high, hash(i + 1) AS key_low, 'shop' AS site_id, 'message-' || i AS message_id,
  CASE k % 5 WHEN 0 THEN 'page' ELSE 'track' END AS type,
  CASE k % 5 WHEN 0 THEN 'page' WHEN 1 THEN 'Video Content Playing' WHEN 4 THEN 'Product Viewed' ELSE 'Looked' END AS event,
  'visitor-' || v AS anonymous_id, $now - 20 * 86400000::BIGINT + (v * 7919 % 800000) * 1000 + k * 60000 AS ts,
  ts AS received_at, CASE WHEN k % 10 <> 3 THEN 'visit-' || v || '-' || k // 10 END AS session_id, '/p/' || (i % 90) AS page_path,
  repeat('x', 60) AS page_title, false AS bot, false AS internal,
  CASE WHEN k % 5 = 1 THEN 'film-' || v % 3 END AS video_id, CASE WHEN k % 5 = 1 THEN 'view-' || v END AS video_session,
  CASE WHEN k % 5 = 4 THEN 'p-' || i % 40 END AS product_id
FROM (SELECT range AS i, range // $each AS v, range % $each AS k FROM range($rows))
"""  # noqa: E501
RULE = {"all": [{"fact": "visitor.sessions", "op": "ge", "value": 3}, {"event": "page", "within": "session"}]}


def ask(folder: Path, memory_mb: int) -> tuple[list[Any], bool]:
    """Return what a segment and a journey come to, and whether anything was put on disk on the way."""
    store = DuckStore(folder / f"{memory_mb}.duckdb", memory_limit_mb=memory_mb, threads=2)
    try:
        store.writer.execute(MAKE, {"now": NOW, "each": EACH, "rows": VISITORS * EACH})
        con = store.cursor()
        site, goal = SiteContext(), GoalSpec("purchase", "Order Completed", None, 7 * DAY_MS, 7.0, None)
        query = compile_rule(parse_rule(RULE, live=False), site=site, now=NOW)
        build_rule_history(con, "shop", query.sql + " page_title properties")
        members = sorted(con.execute(query.sql, query.parameters).fetchall())
        spilled = bool(con.execute("SELECT count(*) FROM duckdb_temporary_files()").fetchall()[0][0])
        window = Window(NOW - 90 * DAY_MS, NOW)
        viewers, others = load_crowds(build_journeys(con, "shop", site, goal, window), "film-1", window, goal)
        crowds = [
            (crowd.ids.take(crowd.person), crowd.t0.tolist(), crowd.walks.token.tolist()) for crowd in (viewers, others)
        ]
        return [members, crowds], spilled
    finally:
        store.close()


def test_little_memory_costs_time_and_nothing_else(tmp_path: Path) -> None:
    plenty, little = ask(tmp_path, 1_024), ask(tmp_path, 48)
    assert len(plenty[0][0]) == VISITORS and plenty[0] == little[0]
    assert little[1] and not plenty[1]
    assert not list(tmp_path.glob("*.spill/*")), "what was put on disk is taken away again"
