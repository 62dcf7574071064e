"""The traffic of the store's benchmark: made by SQL (it costs seconds, not minutes), the newest of it also as messages.

Never lets the newest into the store by itself: it comes in by the log, as a shop's does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from services.analyzer.store.duck import DuckStore
from shared.clock import Millis, to_rfc3339
from shared.enrich.money import get_exponent
from shared.log.entry import Decisions, LoggedDecision, LoggedMessage, MessageGroup, encode_entry
from shared.log.messages import build_entries
from shared.log.partition import compute_partition
from shared.supervisor.credentials import FirstSite

EVENTS_A_VISITOR = 40
VIDEOS = 50
CAMPAIGNS = 20
SPAN_S = 78 * 86_400
"""Visitors come within so many seconds, the last ones two days before the making."""
NEWEST_S = SPAN_S // 100
MESSAGES_A_BEACON = 5

GENERATE = """
INSERT INTO events BY NAME
SELECT hash(i) AS key_high, hash(i + 1) AS key_low, 'default' AS site_id, 'g-' || i AS message_id,
  CASE WHEN k IN (0, 10, 20) THEN 'page' ELSE 'track' END AS type,
  CASE WHEN k IN (0, 10, 20) THEN 'page'
       WHEN k BETWEEN 11 AND 17 AND (earlier IS NULL OR hash('watches' || v) % 2 = 0) THEN 'Video Content Playing'
       WHEN k = 39 AND hash(v, 'buys') % 100 < 8 THEN 'Order Completed'
       WHEN k = 5 AND earlier IS NULL
         THEN CASE WHEN hash(v, 'arm') % 10 = 0 THEN 'Prompt Withheld' ELSE 'Prompt Shown' END
       WHEN k = 6 AND earlier IS NULL AND hash(v, 'arm') % 10 = 1 THEN 'Prompt Clicked'
       ELSE 'Product Viewed' END AS event,
  'visitor-' || coalesce(earlier, v) AS anonymous_id,
  $now - 80 * 86400000::BIGINT + second * 1000 + k * 15000 AS ts, ts AS received_at,
  'visitor-' || v || '-' || (k // 20) AS session_id,
  CASE WHEN event = 'Product Viewed' THEN '{"product_id":"p-' || (hash(i) % 300) || '","price":1200}' ELSE '{}' END
    AS properties, '{}' AS traits, '{}' AS context,
  CASE WHEN k = 0 THEN 'organic_search' END AS channel, 'mobile' AS device_type, 'ja' AS locale,
  '/p/' || (hash(i) % 300) AS page_path, false AS bot, false AS internal,
  CASE WHEN event = 'Order Completed' THEN 'order-' || v END AS order_id,
  CASE WHEN event = 'Order Completed' THEN 1200 END AS amount_minor,
  CASE WHEN event = 'Video Content Playing' THEN 'video-' || (hash(v, 'video') % $videos) END AS video_id,
  CASE WHEN video_id IS NOT NULL THEN 'view-' || v END AS video_session,
  CASE WHEN video_id IS NOT NULL THEN (k - 10) * 10.0 END AS video_position,
  CASE WHEN video_id IS NOT NULL THEN 70.0 END AS video_length, false AS livestream,
  CASE WHEN video_id IS NOT NULL AND hash(i, 'skip') % 5 > 0 THEN [[(k - 11) * 10.0, (k - 10) * 10.0]] END AS played,
  CASE WHEN event = 'Product Viewed' THEN 'p-' || (hash(i) % 300) END AS product_id,
  CASE WHEN event = 'Product Viewed' THEN 'tea' END AS product_category,
  CASE WHEN event LIKE 'Prompt %' THEN 'campaign-' || (hash(v, 'campaign') % $campaigns) END AS campaign_id,
  CASE WHEN event IN ('Prompt Shown', 'Prompt Clicked') THEN if(hash(v, 'arm') % 2 = 0, 'a', 'b') END AS variant_id,
  CASE WHEN campaign_id IS NOT NULL THEN 'decision-' || v END AS decision_id
FROM (
  SELECT range AS i, range // $each AS v, range % $each AS k, (hash(v, 'day') % $span)::BIGINT AS second,
    (hash('earlier' || v) % ($events // $each))::BIGINT AS u,
    -- One in ten of the newest is somebody who was there before. (Hashes of one number with several words share bits.)
    CASE WHEN $newest AND hash('returns' || v) % 10 = 0 AND hash(u, 'day') % $span < $span - $last THEN u END AS earlier
  FROM range($events)
  WHERE (second >= $span - $last) = $newest
)
-- As it comes in: many visitors at once, not one after the other.
ORDER BY hash(v) % 40, k, v
"""
GENERATE_DECISIONS = """
INSERT INTO decisions BY NAME
SELECT decision_id, site_id, anonymous_id, ts - 1000 AS decided_at, 'page_view' AS trigger_type, page_path,
  1 AS snapshot_version,
  json_array(json_array(
    campaign_id, if(variant_id IS NULL, 'holdout', 'served'), variant_id, if(variant_id IS NULL, 0.1, 0.45)
  )) AS candidates,
  json_object(
    'device.type', 'mobile', 'session.is_first', true, 'channel', 'organic_search', 'time.hour', ts // 3600000 % 24
  ) AS facts
FROM events WHERE event IN ('Prompt Shown', 'Prompt Withheld')
"""
READ_MESSAGES = """
SELECT site_id, message_id, type, event, anonymous_id, ts, session_id, properties, channel, locale, page_path, order_id,
  amount_minor, video_id, video_session, video_position, video_length, livestream, played, product_category,
  campaign_id, variant_id, decision_id
FROM events ORDER BY anonymous_id, ts, message_id
"""
READ_DECISIONS = """
SELECT decision_id, site_id, anonymous_id, user_id, session_id, decided_at, trigger_type, page_path, snapshot_version,
  candidates, facts
FROM decisions
"""
PRESENT = "SELECT DISTINCT anonymous_id FROM events WHERE anonymous_id IN (SELECT unnest($named))"

SHOP = "https://shop.example"
USER_AGENT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5"
    " Mobile/15E148 Safari/604.1"
)
LIBRARY = {"name": "kikkake.js", "version": "1"}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What arrived at once, as encoded log entries by partition: a beacon's messages, or a decision."""

    at: Millis
    messages: int
    entries: list[tuple[int, bytes]]


def write_traffic(file: Path, events: int, *, now: Millis, newest: bool) -> None:
    """Write a store of `events` events, or rather of all but the newest of them, or of the `newest` alone."""
    store = DuckStore(file)
    store.writer.execute("SET preserve_insertion_order = true")
    parameters = {"videos": VIDEOS, "campaigns": CAMPAIGNS, "each": EVENTS_A_VISITOR, "events": events}
    store.writer.execute(GENERATE, parameters | {"now": now, "newest": newest, "span": SPAN_S, "last": NEWEST_S})
    store.writer.execute(GENERATE_DECISIONS)
    store.close()


def find_visitors(file: Path, visitors: int, number: int) -> list[str]:
    """Return `number` of the visitors of a store, from all over it; `visitors` were made, and not all are in it."""
    named = [f"visitor-{place * 2_477 % visitors}" for place in range(2 * number)]
    with duckdb.connect(str(file), read_only=True) as con:
        present = {visitor for (visitor,) in con.execute(PRESENT, {"named": named}).fetchall()}
    return [visitor for visitor in named if visitor in present][:number]


def read_arrivals(file: Path, *, received_at: Millis) -> list[Arrival]:
    """Return everything in a store as it came into the log, in the order of time."""
    with duckdb.connect(str(file), read_only=True) as con:
        decisions = [_build_decision(row) for row in con.execute(READ_DECISIONS).fetchall()]
        asked = con.execute(READ_MESSAGES)
        names = [name for name, *_ in asked.description]
        rows = [dict(zip(names, values, strict=True)) for values in asked.fetchall()]
    beacons = [_build_beacon(beacon, received_at) for beacon in _part_into_beacons(rows)]
    return sorted(decisions + beacons, key=lambda arrival: arrival.at)


def _build_decision(row: tuple[Any, ...]) -> Arrival:
    *fields, candidates, facts = row
    decision = msgspec.convert([*fields, *map(msgspec.json.decode, (candidates, facts))], LoggedDecision)
    partition = compute_partition(decision.site_id, decision.anonymous_id, decision.user_id)
    return Arrival(decision.at, 0, [(partition, encode_entry(Decisions([decision])))])


def _part_into_beacons(rows: list[Row]) -> Iterator[list[Row]]:
    for _, of_visitor in groupby(rows, key=lambda row: row["anonymous_id"]):
        while beacon := list(islice(of_visitor, MESSAGES_A_BEACON)):
            yield beacon


def _build_beacon(rows: list[Row], received_at: Millis) -> Arrival:
    messages = [
        LoggedMessage(row["message_id"], row["ts"], None, msgspec.json.encode(build_message(row))) for row in rows
    ]
    group = MessageGroup(rows[0]["site_id"], received_at, USER_AGENT, None, 0, messages)
    visitors: list[tuple[str | None, str | None]] = [(row["anonymous_id"], None) for row in rows]
    return Arrival(rows[-1]["ts"], len(rows), build_entries(group, visitors))


def build_message(row: Row) -> dict[str, Any]:
    """Return the message, as the SDK sends it, that is stored as the generated `row`."""
    url = SHOP + row["page_path"]
    # Whoever arrives comes from a search; every other page was reached within the shop.
    referrer = "https://www.google.com/" if row["channel"] else f"{SHOP}/"
    message = {
        "type": row["type"],
        "event": row["event"] if row["type"] == "track" else None,
        "properties": _build_properties(row),
        "messageId": row["message_id"],
        "timestamp": to_rfc3339(row["ts"]),
        "anonymousId": row["anonymous_id"],
        "context": {
            "page": {"path": row["page_path"], "url": url, "referrer": referrer},
            "locale": row["locale"],
            "userAgent": USER_AGENT,
            "library": LIBRARY,
            "sessionId": row["session_id"],
        },
    }
    return {name: value for name, value in message.items() if value is not None}


def _build_properties(row: Row) -> dict[str, Any]:
    properties: dict[str, Any] = {
        **msgspec.json.decode(row["properties"]),
        "category": row["product_category"],
        "order_id": row["order_id"],
        "campaign_id": row["campaign_id"],
        "variant_id": row["variant_id"],
        "decision_id": row["decision_id"],
    }
    if row["amount_minor"] is not None:
        properties["revenue"] = row["amount_minor"] / 10 ** get_exponent(FirstSite().currency)
    if row["video_id"] is not None:
        properties |= {
            "content_asset_id": row["video_id"],
            "session_id": row["video_session"],
            "position": row["video_position"],
            "total_length": row["video_length"],
            "livestream": row["livestream"],
            "played": row["played"],
        }
    return {name: value for name, value in properties.items() if value is not None}
