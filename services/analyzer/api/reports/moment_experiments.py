"""The experiments beside a video's moments: the last run's campaign reports, or computed for what was asked.

Never asks the event store for a campaign whose last run answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import msgspec
from sqlmodel import Session

from services.analyzer.jobs.experiments import CAMPAIGN_REPORT
from services.analyzer.reports.campaigns import CampaignAsked, CampaignReports, CampaignsQuestion
from services.analyzer.reports.moment_experiments import (
    MomentCampaign,
    load_moment_campaigns,
    shape_moment_experiments,
)
from services.analyzer.reports.stored import load_report
from services.analyzer.state import ActiveStore
from services.analyzer.store import people


@dataclass(frozen=True, slots=True)
class MomentTests:
    """The campaigns that send people into a video, and the reports that are kept of them, by campaign."""

    video_id: str
    question: CampaignsQuestion
    campaigns: Sequence[MomentCampaign]
    kept: dict[str, bytes]


def load_moment_tests(session: Session, video_id: str, question: CampaignsQuestion, *, is_default: bool) -> MomentTests:
    """Return what is known of the video's experiments; `is_default`: the last run's window was asked for."""
    campaigns = load_moment_campaigns(session, question.site_id, video_id)
    kept = {}
    for one in campaigns:
        # A campaign of another goal was judged by that; beside this effect it must be judged by the same.
        if is_default and one.goal_id == question.goal.id:
            stored = load_report(session, question.site_id, CAMPAIGN_REPORT, one.asked.id)
            if stored is not None:
                kept[one.asked.id] = stored
    return MomentTests(video_id, question, campaigns, kept)


async def add_experiments(
    active: ActiveStore, body: bytes, tests: MomentTests, span: tuple[str | None, str | None], *, include_bots: bool
) -> bytes:
    """Return the moments report `body` with `experiments` in it; `span` is from and to as they were asked for."""
    reports = {name: msgspec.json.decode(kept) for name, kept in tests.kept.items()}
    missing = [one.asked for one in tests.campaigns if one.asked.id not in reports]
    if missing:

        def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
            if include_bots:
                people.include_bots(con)
            return _build_reports(con, tests.question, missing)

        asked = tests.question
        key = (asked.site_id, "moment experiments", tests.video_id, asked.goal.id, *span, include_bots)
        reports |= msgspec.json.decode(await active.cache.load(key, lambda: active.reader.read(compute)))
    report = msgspec.json.decode(body)
    report["experiments"] = shape_moment_experiments(report["moments"], tests.campaigns, reports)
    return msgspec.json.encode(report)


def _build_reports(
    con: "duckdb.DuckDBPyConnection", question: CampaignsQuestion, campaigns: Sequence[CampaignAsked]
) -> bytes:
    reports = CampaignReports(con, question, campaigns)
    return msgspec.json.encode({one.id: reports.build(one) for one in campaigns})
