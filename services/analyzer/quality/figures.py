"""From sums over views to the figures of quality: always a ratio of sums, never a mean of ratios.

Pure. A figure that cannot be given is None, with a reason; a cell of few plays gives none at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FEWEST_PLAYS = 20
"""A cell of fewer plays says more about single persons than about quality, and is hidden."""

FIGURES = (
    "startup_ms",
    "startup_score",
    "smoothness_score",
    "rebuffer_ratio",
    "rebuffers_per_minute",
    "rebuffer_mean_ms",
    "startup_stall_ratio",
    "seek_stall_ratio",
    "ad_stall_ratio",
    "exits_before_start",
    "exit_before_start_ratio",
    "failures",
    "start_failure_ratio",
    "playback_failure_ratio",
    "bitrate",
    "watch_seconds",
    "background_seconds",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """One cell: `plays` attempts by `persons` known persons; figures by name, and why one is None."""

    plays: int
    persons: int
    values: dict[str, Any] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


def compute_figures(sums: Mapping[str, Any], *, fewest: int = FEWEST_PLAYS) -> Figures:
    """Return the figures of one cell from its `sums` (the columns of the question `qoe_figures`).

    Waiting counts as watching: rebuffer_ratio = rebuffering / (playing + rebuffering). Waits while starting, seeking
    and in advertisements have ratios of their own against the same time (Conviva's connection-induced ratio).
    Reasons: too_few_plays, no_plays, nothing_started, nothing_told, nothing_played, no_rebuffering.
    """
    plays, persons = sums["plays"], sums["persons"]
    if plays < fewest:
        return Figures(plays, persons, dict.fromkeys(FIGURES), dict.fromkeys(FIGURES, "too_few_plays"))
    values: dict[str, Any] = {}
    reasons: dict[str, str] = {}

    def put(name: str, value: Any, reason: str) -> None:
        values[name] = value
        if value is None:
            reasons[name] = reason

    startups, started = sums["startups"], sums["started"]
    watch_ms = sums["play_ms"] + sums["rebuffer_ms"]
    none_told = "nothing_told" if started else "nothing_started"
    put(
        "startup_ms",
        {"p50": sums["startup_p50"], "p95": sums["startup_p95"], "n": startups} if startups else None,
        none_told,
    )
    put("startup_score", sums["startup_score"] if startups else None, none_told)
    put("smoothness_score", sums["smoothness_score"], "nothing_played")
    put("rebuffer_ratio", _divide(sums["rebuffer_ms"], watch_ms), "nothing_played")
    put("rebuffers_per_minute", _divide(sums["rebuffers"] * 60_000, watch_ms), "nothing_played")
    put("rebuffer_mean_ms", _divide(sums["rebuffer_ms"], sums["rebuffers"]), "no_rebuffering")
    for kind in ("startup", "seek", "ad"):
        put(f"{kind}_stall_ratio", _divide(sums[f"{kind}_stall_ms"], watch_ms), "nothing_played")
    put("exits_before_start", sums["exits_before_start"], "")
    put("exit_before_start_ratio", _divide(sums["exits_before_start"], plays), "no_plays")
    put("failures", sums["start_failures"] + sums["playback_failures"], "")
    put("start_failure_ratio", _divide(sums["start_failures"], plays), "no_plays")
    put("playback_failure_ratio", _divide(sums["playback_failures"], started), "nothing_started")
    put("bitrate", _divide(sums["bitrate_weighted"], sums["bitrate_ms"]), "nothing_told")
    put("watch_seconds", watch_ms / 1000, "")
    put("background_seconds", sums["background_ms"] / 1000, "")
    return Figures(plays, persons, values, reasons)


def empty_sums() -> dict[str, Any]:
    """Return the sums over no views."""
    none = ("startup_p50", "startup_p95", "startup_score", "smoothness_score")
    zero = (
        "plays",
        "persons",
        "started",
        "startups",
        "exits_before_start",
        "start_failures",
        "playback_failures",
        "play_ms",
        "background_ms",
        "rebuffer_ms",
        "rebuffers",
        "startup_stall_ms",
        "seek_stall_ms",
        "ad_stall_ms",
        "bitrate_ms",
        "bitrate_weighted",
    )
    return dict.fromkeys(none) | dict.fromkeys(zero, 0)


def _divide(part: float, whole: float) -> float | None:
    return part / whole if whole else None
