"""A decide request and its answer (contract part 3), and what a campaign shows.

Only shapes: the decision itself is made in `services.engager.decision`.
"""

from typing import Any, Literal

import msgspec

WhenType = Literal[
    "immediate",
    "delay",
    "scroll",
    "dwell",
    "exit_intent",
    "idle",
    "element",
    "video_time",
    "video_paused",
    "video_ended",
    "custom",
]
TriggerType = Literal[
    "page_view",
    "immediate",
    "delay",
    "scroll",
    "dwell",
    "exit_intent",
    "idle",
    "element",
    "video_time",
    "video_paused",
    "video_ended",
    "custom",
]
PromptKind = Literal["popup", "toast", "bar", "inline", "video", "survey"]


def _always_written(default: Any) -> Any:
    """Return a field with a default that is written although `omit_defaults` leaves out other defaults."""
    return msgspec.field(default_factory=lambda: default)


class When(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The moment on the page at which a prompt is due; seconds are wall time, `at` is media time, `share` 0 to 1."""

    type: WhenType = _always_written("immediate")
    seconds: float | None = None
    share: float | None = None
    selector: str | None = None
    video: str | None = None
    at: float | None = None
    event: str | None = None


class Cta(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The call to action: a link when it has a url, else a button."""

    label: str
    url: str | None = None


class ContentVideo(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A video to open or seek; `start_at` in seconds of media time."""

    id: str
    start_at: float = _always_written(0.0)
    src: str | None = None


class Content(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a prompt says. Plain text only: the page never interprets it as HTML."""

    title: str | None = None
    body: str | None = None
    image: str | None = None
    cta: Cta | None = None
    dismiss_label: str | None = None
    video: ContentVideo | None = None
    questions: list[dict[str, Any]] | None = None


class Page(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The page the visitor is on."""

    url: str | None = None
    path: str | None = None
    title: str | None = None
    referrer: str | None = None


class TriggerVideo(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The playing video at the moment of a trigger; `position` in seconds of media time."""

    id: str | None = None
    position: float | None = None
    state: str | None = None


class Trigger(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What happened on the page."""

    type: TriggerType = _always_written("page_view")
    video: TriggerVideo | None = None
    event: str | None = None


class DecideRequest(msgspec.Struct, rename="camel", kw_only=True, omit_defaults=True):
    """The body of `POST /v1/decide`."""

    write_key: str | None = None
    anonymous_id: str | None = None
    user_id: str | None = None
    user_token: str | None = None
    session_id: str | None = None
    page: Page | None = None
    trigger: Trigger | None = None
    slots: list[str] | None = None
    events: list[msgspec.Raw] | None = None
    preview: str | None = None


class Prompt(msgspec.Struct, rename="camel", kw_only=True, omit_defaults=True):
    """One prompt to show, armed with its `when`."""

    campaign_id: str
    variant_id: str
    decision_id: str
    kind: PromptKind
    when: When
    content: Content
    slot: str | None = None
    steps: list[dict[str, Any]] | None = None


class Holdout(msgspec.Struct, rename="camel", kw_only=True):
    """A campaign this visitor is held out of: the page reports `Prompt Withheld` when `when` comes true."""

    campaign_id: str
    decision_id: str
    when: When


class EventError(msgspec.Struct, kw_only=True):
    """Why one of the request's `events` does not count."""

    index: int
    pointer: str
    code: str
    detail: str


class DecideAnswer(msgspec.Struct, rename="camel", kw_only=True, omit_defaults=True):
    """The answer to `POST /v1/decide`.

    `triggers` lists the `when`s of running campaigns that are not armed in this answer, so that the page
    knows which moments are worth another request. `ttl` in seconds.
    """

    decision_id: str
    prompts: list[Prompt]
    holdouts: list[Holdout]
    ttl: int
    stream: bool = False
    triggers: list[When] = []
    events_accepted: int | None = None
    event_errors: list[EventError] | None = None
