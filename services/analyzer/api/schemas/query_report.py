"""Schema of the answer to a question of a dashboard, and the words a question is made of.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Reasons, WindowShown

MeasureName = Literal[
    "persons",
    "visitors",
    "sessions",
    "events",
    "page_views",
    "conversions",
    "conversion_rate",
    "revenue",
    "average_order_value",
    "revenue_per_person",
    "video_viewers",
    "watched_seconds",
    "prompts_shown",
    "prompt_clicks",
]
IntervalName = Literal["day", "week", "month"]


class AskedShown(Shown):
    """The question as it was understood."""

    id: Annotated[str | None, Field(description="Null for a question that is not saved.")]
    name: str | None
    measure: MeasureName
    event: str | None
    where: list[dict[str, Any]] | None
    breakdown: str | None
    filter: dict[str, Any] | None
    interval: IntervalName | None
    window_days: float | None
    goal: str


class ColumnShown(Shown):
    """A column of the table."""

    name: Literal["at", "key", "value", "sample"]
    type: Literal["time", "text", "number"]
    unit: Annotated[str, Field(description="The interval, the breakdown, a currency, or what is counted.")]


class FigureShown(Shown):
    """One figure, and how many stand behind it."""

    value: float | None
    sample: int
    reasons: Reasons


class RowShown(FigureShown):
    """A row of the table: `kind` is none where nothing is told, other for the groups put together."""

    at: Annotated[str | None, Field(description="The unit of time in the site's time zone: a day, or YYYY-MM.")]
    key: str | None
    kind: Literal["all", "group", "none", "other"]


class PointShown(Shown):
    """A unit of time of the series."""

    at: str
    is_complete: Annotated[bool, Field(description="False where the window begins or ends within it.")]


class LineShown(Shown):
    """One line of the series."""

    key: str | None
    kind: Literal["all", "group", "none", "other"]
    values: list[float | None]


class SeriesShown(Shown):
    """The same figures as lines over time."""

    points: list[PointShown]
    lines: list[LineShown]


class AnswerShown(Shown):
    """The answer to a question."""

    question: AskedShown
    columns: list[ColumnShown]
    rows: Annotated[list[RowShown], Field(description="At most 1,000; the groups with the most behind them first.")]
    series: SeriesShown | None
    totals: FigureShown
    truncated: Annotated[
        bool, Field(description="Groups were put together as `other`, or left out where they overlap.")
    ]
    goal: str
    computed_at: str
    window: WindowShown
    sample_sizes: dict[str, int]
    assumptions: list[str]
    reasons: Reasons
