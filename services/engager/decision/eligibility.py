"""Whether one campaign may be served now: each refusal has one stable reason code.

Pure.
"""

from datetime import datetime

from services.engager.decision.ledger import Ledger, Reservation
from services.engager.profiles.profile import Shown
from services.engager.profiles.view import SiteTerms
from shared.clock import DAY_MS, Millis
from shared.snapshot.model import Campaign, Hours
from shared.wire.decide import Trigger, When

REASONS = {
    "served": "A prompt was returned under this decision",
    "holdout": "The visitor is held out; the place stays empty",
    "repeated": "Returned again under the decision that reserved it, which is not counted anew",
    "not_scheduled": "Outside the campaign's dates",
    "outside_hours": "Outside the campaign's hours of the day",
    "audience": "The audience rule does not hold",
    "no_related_video": "No video left of the products that the visitor looked at",
    "cap_session": "Shown as often as a session allows",
    "cap_visitor": "Shown as often as the visitor may see it in these days",
    "slot_absent": "The page has no such slot",
    "modal_taken": "Another popup, video or survey has the one place of an answer",
    "slot_taken": "Another prompt has the slot",
}
"""Every outcome a candidate can have in the decision log."""

POSITION_SLACK_S = 0.5
"""A player reports a moment a little early or late."""


def matches_trigger(when: When, trigger: Trigger) -> bool:
    """Return whether a campaign due at `when` is concerned by `trigger`; a page view concerns all."""
    if trigger.type == "page_view":
        return True
    if when.type != trigger.type:
        return False
    if when.type.startswith("video_"):
        video = trigger.video
        if when.video is not None and (video is None or video.id != when.video):
            return False
        if when.type == "video_time" and when.at is not None and video is not None and video.position is not None:
            return video.position + POSITION_SLACK_S >= when.at
        return True
    return when.type != "custom" or when.event is None or when.event == trigger.event


def check_schedule(campaign: Campaign, terms: SiteTerms, now: Millis) -> str | None:
    """Return why `campaign` does not run at `now`, None when it does."""
    schedule = campaign.schedule
    if schedule is None:
        return None
    if (schedule.from_ is not None and now < schedule.from_) or (schedule.to is not None and now >= schedule.to):
        return "not_scheduled"
    if schedule.hours is not None and not _is_within(
        schedule.hours, datetime.fromtimestamp(now / 1000, terms.time_zone).hour
    ):
        return "outside_hours"
    return None


def _is_within(hours: Hours, hour: int) -> bool:
    if hours.from_ <= hours.to:
        return hours.from_ <= hour < hours.to
    return hour >= hours.from_ or hour < hours.to


def find_reservation(campaign_id: str, ledger: Ledger, shown: list[Shown], now: Millis) -> Reservation | None:
    """Return the open promise of a campaign: not lapsed, and not shown yet."""
    for reservation in ledger.reservations:
        if reservation.campaign_id == campaign_id and reservation.is_open(now):
            confirmed = any(
                seen.decision_id == reservation.decision_id and seen.campaign_id == campaign_id for seen in shown
            )
            if not confirmed:
                return reservation
    return None


def check_caps(campaign: Campaign, shown: list[Shown], session_key: str | None, now: Millis) -> str | None:
    """Return which cap `campaign` has reached, None when none.

    An open reservation is not counted against its own campaign: it would be returned, not promised twice.
    """
    frequency = campaign.frequency
    if frequency.per_session is not None:
        in_session = sum(
            seen.campaign_id == campaign.id and session_key is not None and seen.session_key == session_key
            for seen in shown
        )
        if in_session >= frequency.per_session:
            return "cap_session"
    cap = frequency.per_visitor
    if cap is not None:
        since = now - cap.days * DAY_MS
        if sum(seen.campaign_id == campaign.id and seen.at >= since for seen in shown) >= cap.count:
            return "cap_visitor"
    return None
