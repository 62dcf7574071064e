"""Which brands are alike, and whose brand a product is, as the last run left it.

Never learns it.
"""

import msgspec
from sqlmodel import Session

from services.analyzer.reports.stored import load_report, save_report
from shared.clock import Millis
from shared.rules.interest import BrandModel

REPORT = "brand_model"
_decoder = msgspec.json.Decoder(BrandModel | None)


def load_brand_model(session: Session, site_id: str) -> BrandModel | None:
    """Return what was learnt last, None before."""
    stored = load_report(session, site_id, REPORT, "")
    return _decoder.decode(stored) if stored is not None else None


def save_brand_model(session: Session, site_id: str, model: BrandModel, *, now: Millis) -> None:
    """Keep the model in place of the one before."""
    save_report(session, site_id, REPORT, "", model, now=now)
