"""The reason for an action, and what its campaign says, in English and Japanese.

Pure. Never says more than the evidence does.
"""

from collections.abc import Mapping
from typing import Any

from services.analyzer.customer.next_action import NextAction

REASONS: Mapping[str, tuple[str, str]] = {
    "ask_hesitating": (
        "Is here now and goes back and forth: {percent} % likely to leave without buying.",
        "いま来訪中で迷っています。購入せずに帰る確率は{percent}%です。",
    ),
    "remind_cart": (
        "Left {items} in the cart {ago}.",
        "{ago}に、商品{items}をカートに残しました。",
    ),
    "propose_refill": (
        "Bought {purchases} times, every {gap} days or so; the next purchase is expected on {expected}.",
        "約{gap}日おきに{purchases}回購入しています。次の購入の見込みは{expected}です。",
    ),
    "win_back": (
        "Last ordered {ago}, after {orders} in all: {stage}.",
        "最後の注文は{ago}です（これまで{orders}）。{stage}",
    ),
    "show_moment": (
        "Watched {seconds} s of {video} and not {from}–{to}, which moved comparable viewers to buy.",
        "{video} を{seconds}秒視聴し、{from}〜{to} はまだ見ていません。"
        "ここを見た人は、条件の近い人より購入しています。",
    ),
    "approach_store_visitor": (
        "Came to the store {visits} and has not bought since; last {ago}.",
        "来店{visits}、その後の購入はありません。最後の来店は{ago}です。",
    ),
    "thank_loyal": (
        "Became a loyal customer with order no. {order} and deserves a word of thanks{community}.",
        "{order}回目の注文でロイヤル顧客になりました。お礼を伝えましょう{community}。",
    ),
    "second_order": (
        "Ordered once, {ago}: the second order decides who stays.",
        "{ago}に1回注文しています。2回目の注文が定着の分かれ目です。",
    ),
    "offer_interest": (
        "Looks at {category} more than at anything else these days.",
        "最近は「{category}」を一番よく見ています。",
    ),
}

PROMPTS: Mapping[str, tuple[tuple[str, str, str, str], tuple[str, str, str, str]]] = {
    "ask_hesitating": (
        ("Ask who hesitates", "Can we help you choose?", "Tell us what you are looking for.", "Ask a question"),
        ("迷っている人に声をかける", "お悩みですか？", "ご希望に合う商品をご案内します。", "相談する"),
    ),
    "remind_cart": (
        ("Remind of the cart", "Your cart is waiting", "What you chose is still there.", "To the cart"),
        ("カートの商品を知らせる", "カートに商品があります", "選んだ商品はそのまま残っています。", "カートを見る"),
    ),
    "propose_refill": (
        ("Remind of the next purchase", "Time for more?", "Order now and never run out.", "Order again"),
        ("次の購入を案内する", "そろそろなくなる頃です", "なくなる前にお届けします。", "もう一度注文する"),
    ),
    "win_back": (
        ("Win back", "Good to see you again", "A lot is new since your last visit.", "See what is new"),
        ("離れた顧客を呼び戻す", "お久しぶりです", "前回のご利用から、新しい商品が増えました。", "新着を見る"),
    ),
    "show_moment": (
        ("Show the moment", "The part worth seeing", "It takes less than a minute.", "Watch"),
        ("効果のある場面を見せる", "ここが見どころです", "1分もかかりません。", "見る"),
    ),
    "approach_store_visitor": (
        ("After a visit to the store", "Found what you saw in the store?", "It is here, too.", "Have a look"),
        ("来店後のご案内", "店舗で見た商品はこちらです", "オンラインでもお求めいただけます。", "見る"),
    ),
    "thank_loyal": (
        ("Thank loyal customers", "Thank you for staying with us", "Our community is looking forward to you.", "Join"),
        ("ロイヤル顧客にお礼", "いつもありがとうございます", "お客様のコミュニティへご招待します。", "参加する"),
    ),
    "second_order": (
        ("Towards the second order", "How was your first order?", "These go well with it.", "See them"),
        ("2回目の注文へ", "初めての商品はいかがでしたか", "一緒に楽しめる商品をご紹介します。", "見る"),
    ),
    "offer_interest": (
        ("Offer what interests", "Chosen for you", "New in what you like.", "See them"),
        ("関心に合わせて提案", "あなたへのおすすめ", "お好きなジャンルの新着です。", "見る"),
    ),
}

_STAGES = {
    "at_risk": ("at risk of not coming back", "離反のおそれがあります。"),
    "dormant": ("dormant by now", "休眠中です。"),
}

_INVITED = (", and an invitation to the community", "。コミュニティへの招待も一案です")


def say_reason(action: NextAction) -> dict[str, str]:
    """Return why, in both languages."""
    evidence = action.evidence
    return {
        language: REASONS[action.code][place].format(**_spell(evidence, place))
        for place, language in enumerate(("en", "ja"))
    }


def _spell(evidence: Mapping[str, Any], place: int) -> dict[str, str]:
    """Return the evidence as words of a language: 0 English, 1 Japanese."""
    is_ja = place == 1
    told: dict[str, str] = {}
    for name, value in evidence.items():
        told[name] = "" if value is None else str(value)
    if "hesitation" in evidence:
        told["percent"] = f"{evidence['hesitation'] * 100:.0f}"
    if "days" in evidence:
        told["ago"] = _spell_ago(evidence["days"], is_ja=is_ja)
    for name, one in (("items", "thing"), ("orders", "order"), ("visits", "time")):
        if name in evidence:
            told[name] = _spell_count(evidence[name], one, is_ja=is_ja)
    if "gap_days" in evidence:
        told |= {"gap": f"{evidence['gap_days']:.0f}", "expected": evidence["day"]}
    if "start_at" in evidence:
        told |= {"from": _spell_clock(evidence["start_at"]), "to": _spell_clock(evidence["end_at"])}
        told["seconds"] = f"{evidence['seconds_watched']:.0f}"
    if evidence.get("stage") in _STAGES:
        told["stage"] = _STAGES[evidence["stage"]][place]
    if "in_community" in evidence:
        told["order"] = str(evidence["orders"])
        invited = ("", "") if evidence["in_community"] else _INVITED
        told["community"] = invited[place]
    return told


def _spell_ago(days: float, *, is_ja: bool) -> str:
    whole = int(days)
    if whole < 1:
        return "今日" if is_ja else "less than a day ago"
    if is_ja:
        return f"{whole}日前"
    return "a day ago" if whole == 1 else f"{whole} days ago"


def _spell_count(count: int, one: str, *, is_ja: bool) -> str:
    if is_ja:
        return f"{count}{'点' if one == 'thing' else '回'}"
    return f"{count} {one}{'' if count == 1 else 's'}"


def _spell_clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
