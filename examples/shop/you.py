"""What Kikkake sees about one browser, asked of the analyzer for the page `/you`.

Must never tell a browser about anybody else: only events and decisions under the very id it asks for.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

TIMEOUT_S = 5.0
MOST_EVENTS = 40
MOST_DECISIONS = 12
# A browser's own id is a random UUID that nobody else knows; an e-mail address is not.
BROWSER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOLD = ("name", "title", "position", "played", "price", "revenue", "currency", "campaign_id", "answers")


@dataclass(frozen=True)
class Analyzer:
    """Where the analyzer is, and the site's secret key: it stays on this server."""

    url: str
    secret_key: str


class UnknownBrowserError(Exception):
    """The analyzer has nothing about this browser, or does not answer now."""


async def describe_browser(analyzer: Analyzer, client: httpx.AsyncClient, browser: str) -> dict[str, Any]:
    """Return what happened under this id and what was decided about it, newest first. Raises `UnknownBrowserError`."""
    if not BROWSER_ID.fullmatch(browser):
        raise UnknownBrowserError
    try:
        person, live = await asyncio.gather(
            _ask(analyzer, client, f"/v1/reports/visitors/{quote(browser)}", limit=str(MOST_EVENTS * 4)),
            _ask(analyzer, client, "/v1/live"),
        )
        decisions = [row for row in live["decisions"] if row["visitor"] == browser][:MOST_DECISIONS]
        facts = await _ask(analyzer, client, f"/v1/decisions/{quote(decisions[0]['decision_id'])}") if decisions else {}
    except (httpx.HTTPError, ValueError) as error:
        raise UnknownBrowserError from error
    sessions = [
        {**session, "events": [event for event in session["events"] if event["anonymous_id"] == browser]}
        for session in person["sessions"]
    ]
    own = [session for session in sessions if session["events"]]
    events = sorted((event for session in own for event in session["events"]), key=_time_of, reverse=True)
    return {
        "id": browser,
        "sessions": len(own),
        "channel": own[0]["channel"] if own else None,
        "device": person["profile"]["device_type"],
        "facts": facts.get("facts", {}),
        "events": [_describe_event(event) for event in events[:MOST_EVENTS]],
        "decisions": [{key: row[key] for key in ("at", "trigger", "candidates")} for row in decisions],
    }


def _time_of(event: dict[str, Any]) -> tuple[str, str]:
    return event["timestamp"], event["message_id"]


def _describe_event(event: dict[str, Any]) -> dict[str, Any]:
    properties = event["properties"]
    return {
        "at": event["timestamp"],
        "event": event["event"] or event["type"],
        "path": event["page_path"],
        **{name: properties[name] for name in TOLD if name in properties},
    }


async def _ask(analyzer: Analyzer, client: httpx.AsyncClient, path: str, **query: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {analyzer.secret_key}"}
    answer = await client.get(analyzer.url + path, params=query, headers=headers, timeout=TIMEOUT_S)
    answer.raise_for_status()
    body: dict[str, Any] = answer.json()
    return body
