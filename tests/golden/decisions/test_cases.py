"""Decisions, case by case, from a file that names no language."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.engager.decision.allocation import draw_share
from services.engager.decision.decide import DecisionRequest, decide
from services.engager.decision.ledger import Ledger, Reservation
from services.engager.decision.site import compile_site
from services.engager.profiles.person import build_person, take_messages
from services.engager.profiles.profile import build_profile
from services.engager.profiles.steps import Unreadable, enrich_group
from shared.clock import Millis
from shared.log.entry import LoggedMessage, MessageGroup
from shared.snapshot.model import Campaign
from shared.wire.decide import Page, Trigger
from tests.builders import make_site

FILE = Path(__file__).parent / "cases.json"
GOLDEN: dict[str, Any] = msgspec.json.decode(FILE.read_bytes())
NOW: Millis = GOLDEN["now"]


def _load_campaign(fields: dict[str, Any]) -> Campaign:
    return msgspec.convert({"audience": {"all": []}, "when": {"type": "immediate"}, **fields}, Campaign)


def _load_did(rows: list[Any]) -> MessageGroup:
    messages = []
    for number, (seconds, body) in enumerate(rows):
        raw = msgspec.json.encode({"anonymousId": "visitor-1", **body})
        messages.append(LoggedMessage(f"m{number}", NOW - seconds * 1000, None, raw))
    return MessageGroup("shop", NOW, None, None, 0, messages)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    site = compile_site(make_site(time_zone="Asia/Tokyo", campaigns=[_load_campaign(row) for row in case["campaigns"]]))
    profile = build_profile()
    did = [found for found in enrich_group(_load_did(case.get("did", [])), "USD") if not isinstance(found, Unreadable)]
    take_messages(profile, did)
    promised = tuple(
        Reservation(campaign_id, decision_id, arm, NOW - seconds * 1000, None)
        for campaign_id, decision_id, arm, seconds in case.get("promised", [])
    )
    ledger = Ledger({row.campaign_id: row.arm for row in promised}, promised)
    asked = case["request"]
    request = DecisionRequest(
        visitor_id="visitor-1",
        session_id=asked.get("session_id"),
        page=msgspec.convert(asked["page"], Page) if "page" in asked else None,
        trigger=msgspec.convert(asked.get("trigger", {}), Trigger),
        slots=frozenset(asked["slots"]) if "slots" in asked else None,
    )
    decision = decide(site, build_person("visitor-1", profile, [], None), ledger, request, now=NOW, decision_id="d9")
    assert {
        "prompts": [[prompt.campaign_id, prompt.variant_id] for prompt in decision.prompts],
        "holdouts": [held.campaign_id for held in decision.holdouts],
        "outcomes": {row[0]: row[1] for row in decision.candidates},
        "triggers": msgspec.to_builtins(decision.triggers),
    } == case["expect"]
    repeated = {row[0] for row in decision.candidates if row[1] == "repeated"}
    for prompt in decision.prompts:
        assert prompt.decision_id == ("d0" if prompt.campaign_id in repeated else "d9")


def test_draws_stay_as_they_were() -> None:
    rows = GOLDEN["draws"]["rows"]
    assert rows
    for salt, site_id, campaign_id, visitor_id, share in rows:
        assert round(draw_share(salt, site_id, campaign_id, visitor_id), 9) == share
