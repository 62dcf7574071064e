"""`GET /v1/live`: what comes in now, and the decisions as they are made; the console's live page polls it.

Never scans history: it reads the newest rows only, and a bounded number of them.
"""

from typing import Annotated, Any

import duckdb
import msgspec
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.analyzer.api.access import State, Tenant
from services.analyzer.store.questions import load_question
from shared.clock import MINUTE_MS, to_rfc3339

router = APIRouter(prefix="/v1/live", tags=["reports"])

MOST_ROWS = 60
PULSE_STEP_MS = 10_000
PULSE_STEPS = 30
LOOK_BACK_MS = 15 * MINUTE_MS


class LiveEvent(BaseModel):
    """One message that came in."""

    message_id: str
    event: str = Field(description="Event name; for other messages than track, their type.")
    visitor: str = Field(description="`anonymousId`, else the user id.")
    user_id: str | None
    at: str
    page_path: str | None
    video_id: str | None
    video_position: float | None = Field(description="Seconds of media time.")
    device_type: str | None
    channel: str | None
    campaign_id: str | None
    left_out: bool = Field(description="A bot, or internal traffic: not in reports.")


class LiveCandidate(BaseModel):
    """What became of one campaign whose moment had come."""

    campaign_id: str
    outcome: str = Field(description="`served`, `holdout` or the code of the refusal.")
    variant_id: str | None


class LiveDecision(BaseModel):
    """One decision."""

    decision_id: str
    visitor: str
    at: str
    trigger: str
    page_path: str | None
    candidates: list[LiveCandidate]


class Live(BaseModel):
    """The newest messages and decisions; ask again with `after` = `cursor`."""

    cursor: int = Field(description="Newest time in the answer, ms since the epoch; pass it as `after`.")
    events: list[LiveEvent]
    decisions: list[LiveDecision]
    pulse_step_seconds: int
    pulse: list[int] = Field(description="Messages in each step of the last five minutes, oldest first.")
    visitors: int = Field(description="Most visitors seen in one step of the last five minutes.")


@router.get("", summary="What comes in now")
async def read_live(
    state: State,
    site_id: Tenant,
    after: Annotated[int, Query(description="Only what came after this (ms since the epoch).", ge=0)] = 0,
) -> Live:
    """Return the newest messages and decisions of the site."""
    now = state.clock()
    since = max(after, now - LOOK_BACK_MS)

    def ask(con: "duckdb.DuckDBPyConnection") -> Live:
        bounds = {"site": site_id, "after": since, "most": MOST_ROWS}
        events = con.execute(load_question("live_events"), bounds).fetchall()
        decisions = con.execute(load_question("live_decisions"), bounds).fetchall()
        pulse_from = now - PULSE_STEP_MS * PULSE_STEPS
        pulse = con.execute(
            load_question("live_pulse"), {"site": site_id, "from": pulse_from, "step": PULSE_STEP_MS}
        ).fetchall()
        return _describe(since, events, decisions, pulse)

    return await state.get_active().reader.read(ask, timeout_s=5)


def _describe(
    since: int,
    events: list[tuple[Any, ...]],
    decisions: list[tuple[Any, ...]],
    pulse: list[tuple[int, int, int]],
) -> Live:
    steps = [0] * PULSE_STEPS
    for step, messages, _ in pulse:
        steps[min(PULSE_STEPS - 1, max(0, step))] += messages
    shown_events = [_describe_event(row) for row in events]
    shown_decisions = [_describe_decision(row) for row in decisions]
    newest = [row[6] for row in events[:1]] + [row[3] for row in decisions[:1]]
    return Live(
        cursor=max([since, *newest]),
        events=shown_events,
        decisions=shown_decisions,
        pulse_step_seconds=PULSE_STEP_MS // 1000,
        pulse=steps,
        visitors=max((visitors for _, _, visitors in pulse), default=0),
    )


def _describe_event(row: tuple[Any, ...]) -> LiveEvent:
    message_id, kind, event, anonymous_id, user_id, _, received_at, path, video, position, device, channel = row[:12]
    return LiveEvent.model_validate(
        {
            "message_id": message_id,
            "event": event or kind,
            "visitor": anonymous_id or user_id,
            "user_id": user_id,
            "at": to_rfc3339(received_at),
            "page_path": path,
            "video_id": video,
            "video_position": position,
            "device_type": device,
            "channel": channel,
            "campaign_id": row[14],
            "left_out": bool(row[12]) or bool(row[13]),
        }
    )


def _describe_decision(row: tuple[Any, ...]) -> LiveDecision:
    decision_id, anonymous_id, user_id, decided_at, trigger, path, candidates = row
    return LiveDecision.model_validate(
        {
            "decision_id": decision_id,
            "visitor": anonymous_id or user_id or "",
            "at": to_rfc3339(decided_at),
            "trigger": trigger,
            "page_path": path,
            "candidates": [
                {"campaign_id": campaign, "outcome": outcome, "variant_id": variant}
                for campaign, outcome, variant, _ in msgspec.json.decode(candidates)
            ],
        }
    )
