"""The tables of the control database, one class each.

Shapes only: who may change what is decided in `services.analyzer.api`.
"""

from typing import Any

from sqlalchemy import JSON, BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

from shared.clock import Millis


class Versioned(SQLModel):
    """What every thing an operator edits has; `version` grows with each change."""

    version: int = 1
    created_at: Millis = Field(sa_type=BigInteger)
    updated_at: Millis = Field(sa_type=BigInteger)


class Site(Versioned, table=True):
    """A tenant: everything else belongs to exactly one."""

    __tablename__ = "site"

    id: str = Field(primary_key=True)
    name: str
    origins: list[str] = Field(default_factory=list, sa_type=JSON)
    time_zone: str = "UTC"
    currency: str = "USD"
    rates: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    consent: str = "granted"
    retention_days: int | None = None
    internal_addresses: list[str] = Field(default_factory=list, sa_type=JSON)
    stages: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
    lifecycle: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    signing_key: str


class SiteKey(SQLModel, table=True):
    """A key of a site: `write` keys in clear (they are public), `secret` keys as SHA-256 hex only."""

    __tablename__ = "site_key"

    value: str = Field(primary_key=True)
    site_id: str = Field(index=True, foreign_key="site.id", ondelete="CASCADE")
    kind: str
    created_at: Millis = Field(sa_type=BigInteger)


class Owned(Versioned):
    """What belongs to a site; ids are unique within it."""

    site_id: str = Field(primary_key=True, foreign_key="site.id", ondelete="CASCADE")
    id: str = Field(primary_key=True)


class Goal(Owned, table=True):
    """What counts as a conversion."""

    __tablename__ = "goal"

    name: str
    event: str = "Order Completed"
    where: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
    window_days: float = 7
    value_property: str | None = None


class Video(Owned, table=True):
    """A video: named by an operator (`given`), met in events (`seen`), or posted by a customer (`posted`).

    `approved` None waits for the operator; only an approved video is proposed or shown to anybody.
    """

    __tablename__ = "video"

    title: str
    src: str | None = None
    duration: float | None = None
    kind: str | None = None
    products: list[str] | None = Field(default=None, sa_type=JSON)
    livestream: bool | None = None
    source: str = "given"
    origin: str = "shop"
    approved: bool | None = None


class Segment(Owned, table=True):
    """A named set of persons: by rule, by example, or listed."""

    __tablename__ = "segment"

    name: str
    kind: str
    rule: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    seed: str | None = None
    size: float | None = None
    members: list[str] | None = Field(default=None, sa_type=JSON)


class Campaign(Owned, table=True):
    """What is shown to whom, and when."""

    __tablename__ = "campaign"

    name: str
    purpose: str | None = None
    status: str = "draft"
    audience: dict[str, Any] = Field(sa_type=JSON)
    when: dict[str, Any] = Field(sa_type=JSON)
    schedule: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    priority: int = 0
    frequency: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    holdout: float = 0
    allocation: str = "even"
    goal: str = "purchase"
    variants: list[dict[str, Any]] = Field(sa_type=JSON)


class Behaviour(Owned, table=True):
    """What an operator says of a behaviour: its name and class, and for an own one what counts as it."""

    __tablename__ = "behaviour"

    name: str | None = None
    kind: str | None = None
    hidden: bool = False
    event: str | None = None
    where: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)


class Webhook(Owned, table=True):
    """Where an operator wants to be told of something."""

    __tablename__ = "webhook"

    url: str
    events: list[str] = Field(default_factory=list, sa_type=JSON)
    enabled: bool = True


class Question(Owned, table=True):
    """What an operator asks of the data again and again: a card of the dashboard."""

    __tablename__ = "question"

    name: str
    measure: str
    event: str | None = None
    where: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
    breakdown: str | None = None
    filter: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    interval: str | None = None
    window_days: float | None = None
    goal: str = "purchase"


class Score(Owned, table=True):
    """Points for what a person does, halving with time, and the values at which somebody wants to know."""

    __tablename__ = "score"

    name: str
    rules: list[dict[str, Any]] = Field(sa_type=JSON)
    half_life_days: float | None = None
    thresholds: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)


class DeletedSite(SQLModel, table=True):
    """A site that was deleted: what was received before is deleted by the next `expiry` run."""

    __tablename__ = "deleted_site"

    id: str = Field(primary_key=True)
    deleted_at: Millis = Field(sa_type=BigInteger)


class SnapshotVersion(SQLModel, table=True):
    """One row: the version of the snapshot, raised in the transaction of every change."""

    __tablename__ = "snapshot_version"

    id: int = Field(default=1, primary_key=True)
    version: int = Field(default=1, sa_type=BigInteger)


class JobRun(SQLModel, table=True):
    """One run of a job, queued, under way or over; `site_id` None is a run over all sites."""

    __tablename__ = "job_run"

    run_id: str = Field(primary_key=True)
    job: str = Field(index=True)
    site_id: str | None = Field(default=None, index=True)
    holder: str
    status: str
    asked: Millis = Field(sa_type=BigInteger)
    started: Millis | None = Field(default=None, sa_type=BigInteger)
    finished: Millis | None = Field(default=None, sa_type=BigInteger)
    progress: float = 0
    rows: int | None = None
    detail: str | None = None


class Lease(SQLModel, table=True):
    """Who may run jobs; `token` grows with every new holder, so that an old one can be told."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    token: int = 1
    expires_at: Millis = Field(sa_type=BigInteger)


class StoredReport(SQLModel, table=True):
    """A report of the last run, as JSON bytes; `subject` is what it is about (a video, say) with its variant."""

    __tablename__ = "stored_report"

    site_id: str = Field(primary_key=True, foreign_key="site.id", ondelete="CASCADE")
    report: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    computed_at: Millis = Field(sa_type=BigInteger)
    body: bytes = Field(sa_type=LargeBinary)
