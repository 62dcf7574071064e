"""The draws of each campaign as the last run left them.

Never draws anything.
"""

from collections.abc import Mapping

import msgspec
from sqlmodel import Session, select

from services.analyzer.control.models import StoredReport
from services.analyzer.reports.stored import drop_other_reports, save_report
from shared.allocation.draws import Draws
from shared.clock import Millis

REPORT = "allocation_draws"
_decoder = msgspec.json.Decoder(Draws)


def load_draws(session: Session, site_id: str) -> dict[str, Draws]:
    """Return the draws of the site's campaigns, by campaign."""
    kept = select(StoredReport).where(StoredReport.site_id == site_id, StoredReport.report == REPORT)
    found = {stored.subject: _read(stored.body) for stored in session.exec(kept)}
    return {campaign_id: draws for campaign_id, draws in found.items() if draws is not None}


def load_all_draws(session: Session) -> dict[tuple[str, str], Draws]:
    """Return the draws of all campaigns, by site and campaign; what another version kept and cannot be read is none."""
    kept = session.exec(select(StoredReport).where(StoredReport.report == REPORT))
    found = {(stored.site_id, stored.subject): _read(stored.body) for stored in kept}
    return {place: draws for place, draws in found.items() if draws is not None}


def save_draws(session: Session, site_id: str, draws: Mapping[str, Draws], *, now: Millis) -> bool:
    """Keep `draws` in place of all before; returns whether they differ."""
    before = load_draws(session, site_id)
    for campaign_id, one in draws.items():
        if before.get(campaign_id) != one:
            save_report(session, site_id, REPORT, campaign_id, one, now=now)
    drop_other_reports(session, site_id, REPORT, draws)
    return before != dict(draws)


def _read(body: bytes) -> Draws | None:
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError:
        return None
