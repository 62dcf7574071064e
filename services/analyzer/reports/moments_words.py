"""What a moments report advises, in words for producers, English and Japanese.

Never says more than the figures: intervals and numbers of viewers come with every sentence.
"""

from collections.abc import Sequence
from typing import Any

from services.analyzer.video.adjusted import Moment

FEW_SAW_IT = 0.5
"""A moment that works and that fewer than this share of all viewers watched is one to point at."""


def build_reason(one: Moment) -> dict[str, str]:
    """Return why viewers should be started at this moment."""
    figures = _describe(one)
    return {
        "en": (
            "Viewers who watched {from}-{to} converted {points} points more often than comparable viewers who skipped "
            "it (95 % interval {low} to {high}, {n} viewers compared). Starting others here is worth trying."
        ).format(**figures),
        "ja": (
            "{from}〜{to} を見た人は、条件の近い「飛ばした人」よりCVRが{points}ポイント高くなりました"
            "（95%区間 {low}〜{high}、比較した視聴者{n}人）。ここから見せる価値があります。"
        ).format(**figures),
    }


def build_advice(moments: Sequence[Moment], viewers: int) -> list[dict[str, Any]]:
    """Return, for each moment that stands out, what to do with it: keep, point_at or shorten."""
    return [_advise(one, one.raw.viewers / viewers) for one in moments if one.is_found]


def _advise(one: Moment, share: float) -> dict[str, Any]:
    figures = _describe(one)
    if (one.effect.estimate or 0) < 0:
        kind = "shorten"
        words = {
            "en": "Shorten or change {from}-{to}: who watched it converted {points} points less than who skipped it.",
            "ja": "{from}〜{to} は短くするか見直しを。見た人のCVRは飛ばした人より{points}ポイント低くなりました。",
        }
    elif share < FEW_SAW_IT:
        kind = "point_at"
        figures["share"] = f"{share * 100:.0f}"
        words = {
            "en": (
                "Bring {from}-{to} forward or point at it: it adds {points} points, but only {share} % of the viewers "
                "see it."
            ),
            "ja": "{from}〜{to} を前に出すか案内を。{points}ポイントの効果がありますが、見た人は{share}%だけです。",
        }
    else:
        kind = "keep"
        words = {
            "en": "Keep {from}-{to} in the next video: it adds {points} points.",
            "ja": "{from}〜{to} は次の動画でも残しましょう。{points}ポイントの効果があります。",
        }
    return {
        "kind": kind,
        "start": one.start,
        "end": one.end,
        "words": {language: text.format(**figures) for language, text in words.items()},
    }


def _describe(one: Moment) -> dict[str, str]:
    effect = one.effect
    low, high = sorted((abs(effect.ci_low or 0.0), abs(effect.ci_high or 0.0)))
    return {
        "from": _clock(one.start),
        "to": _clock(one.end),
        "points": f"{abs(effect.estimate or 0.0) * 100:.1f}",
        "low": f"{low * 100:.1f}",
        "high": f"{high * 100:.1f}",
        "n": f"{effect.treated + effect.untreated:,}",
    }


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
