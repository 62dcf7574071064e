"""What the features of a lookalike model mean, in both languages.

Never a figure.
"""

WORDS = {
    "sessions": ("Visits", "訪問回数"),
    "pages": ("Pages seen", "閲覧ページ数"),
    "products": ("Different products viewed", "見た商品の種類数"),
    "searches": ("Searches", "検索回数"),
    "cart_additions": ("Products put into the cart", "カートに入れた商品数"),
    "orders": ("Orders", "注文回数"),
    "videos": ("Different videos watched", "視聴した動画の本数"),
    "prompt_events": ("Prompts seen or answered", "接客の表示・反応"),
    "days_known": ("Days since the first visit", "初回訪問からの日数"),
}
_PATTERNS = {
    "channel:": ("Came by {}", "流入チャネル: {}"),
    "device:": ("Device: {}", "端末: {}"),
    "category:": ("Interest in {}", "{}への関心"),
}


def word_feature(name: str) -> dict[str, str]:
    """Return the meaning of a feature."""
    if name in WORDS:
        en, ja = WORDS[name]
        return {"en": en, "ja": ja}
    for prefix, (en, ja) in _PATTERNS.items():
        if name.startswith(prefix):
            rest = name.removeprefix(prefix)
            return {"en": en.format(rest), "ja": ja.format(rest)}
    return {"en": name, "ja": name}
