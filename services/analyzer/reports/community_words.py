"""What a trigger of loyalty suggests, in words, and the campaign that tests it by lot.

Never calls a trigger proven: what members did by themselves is a lead, and the lot decides.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.analyzer.loyalty.factors import Factor

HOLDOUT = 0.5
"""Members are few: with half of them held out a difference shows soonest."""

TEXTS: Mapping[str, tuple[tuple[str, str, str], tuple[str, str, str]]] = {
    "Community Joined": (
        ("You are invited", "Meet others who like what you like.", "Join"),
        ("コミュニティへご招待", "同じものが好きな人と出会えます。", "参加する"),
    ),
    "Community Posted": (
        ("How do you use it?", "Others would like to hear from you.", "Write a post"),
        ("使い方を教えてください", "ほかの人があなたの話を待っています。", "投稿する"),
    ),
    "Community Replied": (
        ("Somebody needs your advice", "A short answer helps.", "Answer"),
        ("あなたの助言を待つ人がいます", "ひとことの返信が助けになります。", "返信する"),
    ),
    "Community Liked": (
        ("See what others made", "Tell them when you like it.", "Have a look"),
        ("みんなの投稿を見る", "気に入ったら「いいね」を伝えましょう。", "見る"),
    ),
}
PURPOSE = {"en": "Verifies a trigger of loyalty: {event}", "ja": "ロイヤル化のきっかけの検証：{event}"}
OWN_EVENT = (
    ("New in the community", "Have you tried this yet?", "Try it"),
    ("コミュニティの新しい楽しみ", "もう試しましたか？", "試してみる"),
)


def recommend_trigger(
    factors: Sequence[Factor], events: Sequence[str], goal: str
) -> tuple[dict[str, Any] | None, str | None]:
    """Return the trigger worth testing, or the reason why there is none.

    The one with the largest lower end of the interval among found ones that a prompt can ask for.
    """
    told = [one for one in factors if one.effect.estimate is not None]
    if not told:
        return None, "too_few_members"
    found = [
        one
        for one in told
        if one.behaviour.startswith("event:")
        and not one.consequence
        and one.q_value is not None
        and one.q_value <= 0.05
        and (one.effect.ci_low or 0.0) > 0
    ]
    if not found:
        return None, "no_trigger_found"
    best = max(found, key=lambda one: (one.effect.ci_low or 0.0, one.behaviour))
    event = best.behaviour.partition(":")[2]
    return {
        "behaviour": best.behaviour,
        "reason": _say_reason(best),
        "verification": {
            "en": (
                f"This is what members did by themselves. To verify it, ask for it by lot: {HOLDOUT * 100:.0f} % of "
                "those who have not done it see the prompt, the others do not; the result of the campaign decides."
            ),
            "ja": (
                "これは会員が自分からした行動の分析です。確かめるには、まだしていない会員の"
                f"{HOLDOUT * 100:.0f}%だけに案内を出し、キャンペーンの結果で判断します。"
            ),
        },
        "campaign": _build_campaigns(event, events, goal),
    }, None


def _say_reason(best: Factor) -> dict[str, str]:
    effect = best.effect
    figures = {
        "points": f"{(effect.estimate or 0.0) * 100:.1f}",
        "low": f"{(effect.ci_low or 0.0) * 100:.1f}",
        "high": f"{(effect.ci_high or 0.0) * 100:.1f}",
        "n": f"{effect.treated + effect.untreated:,}",
    }
    return {
        "en": (
            "Members who did this in their first days became loyal {points} points more often than comparable members "
            "(95 % interval {low} to {high}, {n} members compared)."
        ).format(**figures),
        "ja": (
            "はじめの数日にこの行動をした会員は、条件の近い会員よりロイヤル化率が{points}ポイント高くなりました"
            "（95%区間 {low}〜{high}、比較した会員{n}人）。"
        ).format(**figures),
    }


def _build_campaigns(event: str, events: Sequence[str], goal: str) -> dict[str, dict[str, Any]]:
    """Return the body of `POST /v1/campaigns`, by the language of its words."""
    is_member = {"any": [{"event": one, "within": "30d"} for one in events if one != event]}
    has_not = {"not": {"event": event, "within": "30d"}}
    built = {}
    for language, words in zip(("en", "ja"), TEXTS.get(event, OWN_EVENT), strict=True):
        title, body, label = words
        built[language] = {
            "name": title,
            "purpose": PURPOSE[language].format(event=event),
            "status": "draft",
            "audience": {"all": [is_member, has_not]},
            "when": {"type": "delay", "seconds": 3},
            "frequency": {"per_session": 1, "per_visitor": {"count": 3, "days": 30}},
            "holdout": HOLDOUT,
            "goal": goal,
            "variants": [
                {"id": "a", "kind": "popup", "content": {"title": title, "body": body, "cta": {"label": label}}}
            ],
        }
    return built
