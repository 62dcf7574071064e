"""Schemas of the quality report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Reasons, WindowShown


class StartupShown(Shown):
    """From the play instruction to the first frame."""

    p50: float
    p95: float
    n: Annotated[int, Field(description="Plays whose startup is known.")]


class QualityCell(Shown):
    """The quality of some plays; ratios are ratios of sums."""

    plays: Annotated[int, Field(description="Attempts: pausing and going on is the same play.")]
    persons: Annotated[int, Field(description="Known persons among them; reports that name nobody have none.")]
    startup_ms: StartupShown | None
    startup_score: Annotated[float | None, Field(description="100: at once; 80: 2 s; 50: 8 s.")]
    smoothness_score: Annotated[float | None, Field(description="0 to 100, from the number and share of stalls.")]
    rebuffer_ratio: Annotated[float | None, Field(description="Rebuffering / (playing + rebuffering).")]
    rebuffers_per_minute: float | None
    rebuffer_mean_ms: float | None
    startup_stall_ratio: float | None
    seek_stall_ratio: float | None
    ad_stall_ratio: float | None
    exits_before_start: Annotated[int | None, Field(description="Left after waiting a second or more.")]
    exit_before_start_ratio: float | None
    failures: Annotated[int | None, Field(description="Errors before the first frame or that ended the play.")]
    start_failure_ratio: Annotated[float | None, Field(description="Of all plays.")]
    playback_failure_ratio: Annotated[float | None, Field(description="Of plays that started.")]
    bitrate: Annotated[float | None, Field(description="kbit/s, weighted by time.")]
    watch_seconds: float | None
    background_seconds: Annotated[float | None, Field(description="Played in the background; not in watch_seconds.")]
    reasons: Reasons


class QualityBy(QualityCell):
    """The plays of one device, browser, connection, CDN or video."""

    dimension: Literal["device", "browser", "connection", "cdn", "video"]
    value: str


class QualityShown(QualityCell):
    """How well videos played, and what it cost where they did not."""

    video: str | None
    goal: str
    computed_at: str
    window: WindowShown
    by: list[QualityBy]
    impact: dict[str, Any]
    persuasion: dict[str, Any]
    diagnostics: dict[str, Any]
    assumptions: list[str]
