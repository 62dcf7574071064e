"""The hesitation model of a site as the last run left it.

Never fits one.
"""

import msgspec
from sqlmodel import Session

from services.analyzer.reports.stored import load_report, save_report
from shared.clock import Millis
from shared.rules.hesitation import HesitationModel

REPORT = "hesitation_model"
_decoder = msgspec.json.Decoder(HesitationModel | None)


def load_hesitation_model(session: Session, site_id: str) -> HesitationModel | None:
    """Return the model fitted last, None while the fixed weights are in use."""
    stored = load_report(session, site_id, REPORT, "")
    return _decoder.decode(stored) if stored is not None else None


def save_hesitation_model(session: Session, site_id: str, model: HesitationModel | None, *, now: Millis) -> None:
    """Keep the model in place of the one before; None: go back to the fixed weights."""
    save_report(session, site_id, REPORT, "", model, now=now)
