"""What a site's operators say of behaviours and stages, and the parts of videos that were found: what factors rest on.

Never more than one site's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec
from sqlmodel import Session, col, select

from services.analyzer.control.models import Behaviour, StoredReport, Video
from services.analyzer.control.sites import load_stages
from services.analyzer.loyalty.stretches import Stretch
from services.analyzer.reports.stored import build_subject

MOST_STRETCHES = 15
"""Parts of videos that are compared, those found most surely."""
FOUND = 0.05
MOMENTS = "moments"


@dataclass(frozen=True, slots=True)
class OwnBehaviour:
    """A behaviour that an operator defined: an event, and conditions on its properties."""

    id: str
    event: str
    where: list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True)
class BehaviourWords:
    """What an operator says of a behaviour; None: as it was found."""

    name: str | None
    kind: str | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class FactorsDefinition:
    """`stages`: `{id, name, rule}` from the top (none: by conversions); `video_kinds`: (video, kind)."""

    stages: Sequence[dict[str, Any]] = ()
    own: Sequence[OwnBehaviour] = ()
    stretches: Sequence[Stretch] = ()
    video_kinds: Sequence[tuple[str, str]] = ()
    words: dict[str, BehaviourWords] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """Return what tells a report of these stages and own behaviours from one of others."""
        own = [(one.id, one.event, one.where) for one in self.own]
        return sha256(msgspec.json.encode((list(self.stages), own))).hexdigest()[:16]


class _Moment(msgspec.Struct):
    start: float
    end: float
    effect: float | None = None
    q_value: float | None = None


class _Moments(msgspec.Struct):
    video: str
    moments: list[_Moment]


def load_definition(session: Session, site_id: str) -> FactorsDefinition:
    """Return what the factors of a site rest on besides its events."""
    rows = session.exec(select(Behaviour).where(Behaviour.site_id == site_id).order_by(col(Behaviour.id)))
    behaviours = list(rows)
    kinds = select(Video.id, Video.kind).where(Video.site_id == site_id, col(Video.kind).is_not(None))
    return FactorsDefinition(
        stages=load_stages(session, site_id),
        own=[OwnBehaviour(one.id, one.event, one.where) for one in behaviours if one.event is not None],
        stretches=_load_found_stretches(session, site_id),
        video_kinds=sorted((video, kind) for video, kind in session.exec(kinds) if kind is not None),
        words={one.id: BehaviourWords(one.name, one.kind, one.hidden) for one in behaviours},
    )


def _load_found_stretches(session: Session, site_id: str) -> list[Stretch]:
    """Return the moments found by the last run of the job `moments`, the surest of all videos."""
    query = select(StoredReport.body).where(
        StoredReport.site_id == site_id,
        StoredReport.report == MOMENTS,
        col(StoredReport.subject).startswith(build_subject("", "all"), autoescape=True),
    )
    found = []
    for body in session.exec(query):
        report = msgspec.json.decode(body, type=_Moments)
        for one in report.moments:
            if one.q_value is not None and one.q_value <= FOUND:
                stretch = Stretch(report.video, one.start, one.end)
                found.append((one.q_value, -abs(one.effect or 0.0), stretch.behaviour, stretch))
    return [stretch for *_, stretch in sorted(found, key=lambda one: one[:3])[:MOST_STRETCHES]]
