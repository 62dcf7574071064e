"""A site's scores, from their rows to what the snapshot and the compilers take.

Never more than one site's.
"""

import msgspec
from sqlmodel import Session, col, select

from services.analyzer.control.models import Score
from shared.rules.scores import ScoreDefinition, SiteScores, compile_scores


def define_score(row: Score) -> ScoreDefinition:
    """Return a score as the snapshot carries it."""
    fields = row.model_dump(include={"id", "name", "rules", "half_life_days", "thresholds"})
    return msgspec.convert(fields, ScoreDefinition)


def load_definitions(session: Session, site_id: str) -> list[ScoreDefinition]:
    """Return the scores of a site by id."""
    rows = session.exec(select(Score).where(Score.site_id == site_id).order_by(col(Score.id)))
    return [define_score(row) for row in rows]


def load_scores(session: Session, site_id: str) -> SiteScores:
    """Return the scores of a site, ready to count. They were checked when they were stored."""
    return compile_scores(load_definitions(session, site_id))[0]
