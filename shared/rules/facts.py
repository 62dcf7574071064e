"""The registry of facts a rule may name: type and meaning, in English and Japanese, each declared once.

A fact that is not here does not exist: naming it is an error, never a silent "missing".
"""

from dataclasses import dataclass
from typing import Literal

from shared.rules.model import Fact

SCORE = "score.<name>"
FactType = Literal["number", "string", "boolean", "any"]


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact. A pattern with `<...>` has a variable part, which is any non-empty text."""

    pattern: str
    type: FactType
    en: str
    ja: str

    @property
    def prefix(self) -> str:
        """The fixed text before the variable part; the whole name when there is none."""
        return self.pattern.partition("<")[0]

    @property
    def suffix(self) -> str:
        """The fixed text after the variable part."""
        return self.pattern.partition(">")[2]


FACTS: tuple[FactSpec, ...] = (
    FactSpec("page.path", "string", "Path of the page", "ページのパス"),
    FactSpec("page.url", "string", "Address of the page", "ページのURL"),
    FactSpec("page.title", "string", "Title of the page", "ページのタイトル"),
    FactSpec("page.referrer", "string", "Where the page was reached from", "ページの参照元"),
    FactSpec("session.page_views", "number", "Pages seen in this session", "このセッションのページ閲覧数"),
    FactSpec("session.seconds", "number", "Seconds since this session began", "このセッションの経過秒数"),
    FactSpec("session.is_first", "boolean", "Whether this is the first session", "初めてのセッションかどうか"),
    FactSpec(
        "session.products_viewed",
        "number",
        "Different products viewed in this session",
        "このセッションで見た商品の種類数",
    ),
    FactSpec(
        "session.products_since_video",
        "number",
        "Different products viewed since the last video of this session; missing without a video",
        "このセッションで最後に動画を見てから見た商品の種類数(動画を見ていなければ値なし)",
    ),
    FactSpec(
        "session.returns",
        "number",
        "Times a product seen before was looked at again after another one, in this session",
        "このセッションで別の商品を見た後、見たことのある商品に戻った回数",
    ),
    FactSpec(
        "session.cart_edits",
        "number",
        "Products put into the cart or taken out of it, in this session",
        "このセッションでカートに入れた、または出した回数",
    ),
    FactSpec("visitor.sessions", "number", "Sessions so far, this one included", "これまでのセッション数(今回を含む)"),
    FactSpec(
        "visitor.days_since_last",
        "number",
        "Days since the session before this one was last active; missing on the first",
        "前回のセッションからの日数(初回は値なし)",
    ),
    FactSpec("cart.value", "number", "Value of the cart in the site's currency", "カートの金額(サイトの通貨)"),
    FactSpec("cart.items", "number", "Items in the cart", "カートの商品点数"),
    FactSpec("orders.count", "number", "Orders not taken back", "注文回数(全額返金を除く)"),
    FactSpec("orders.value", "number", "Value of all orders in the site's currency", "注文金額の合計(サイトの通貨)"),
    FactSpec(
        "orders.days_since_last", "number", "Days since the last order; missing without one", "最後の注文からの日数"
    ),
    FactSpec(
        "lifecycle",
        "string",
        "Stage by orders and the site's day rules: new (known, none yet), first, repeat, loyal, at_risk, dormant",
        "注文とサイトの日数ルールによる段階: new(識別済み・未注文)、first、repeat、loyal、at_risk、dormant",
    ),
    FactSpec("channel", "string", "Channel this session came by (docs/channels.md)", "このセッションの流入チャネル"),
    FactSpec("campaign.source", "string", "utm_source of this session", "このセッションのutm_source"),
    FactSpec("campaign.medium", "string", "utm_medium of this session", "このセッションのutm_medium"),
    FactSpec(
        "device.type",
        "string",
        "desktop, mobile, tablet, tv or other",
        "端末の種類(desktop、mobile、tablet、tv、other)",
    ),
    FactSpec("locale", "string", "Language of the browser, such as ja-JP", "ブラウザーの言語(例: ja-JP)"),
    FactSpec("user.known", "boolean", "Whether the visitor is a known user", "会員として識別済みかどうか"),
    FactSpec(
        "traits.<name>",
        "any",
        "A trait told by identify; dots lead into objects",
        "identifyで伝えた属性(ドットで入れ子を指定)",
    ),
    FactSpec(
        "interest.<category>",
        "number",
        "Product views in a category, each halving in weight every 14 days",
        "カテゴリーの商品閲覧(14日ごとに重みが半減)",
    ),
    FactSpec(
        "product_of_interest",
        "string",
        "Product that the person's own acts single out (views, videos, wishlist, cart, enquiries; fading, and gone once"
        " bought): a quarter ahead of the next; missing without one",
        "本人の行動(閲覧、動画、お気に入り、カート、問い合わせ)が最も集まる商品のID。次点より25%以上多いときだけ。日とともに薄れ、購入すると外れる",
    ),
    FactSpec(
        "brand.<name>",
        "number",
        "Points of acts with a brand (a view 1, an order 5), each halving in weight every 14 days; interest in similar"
        " brands counts in part",
        "ブランドへの行動の点数(閲覧1点、注文5点など。14日ごとに重みが半減)。似たブランドへの関心も一部加算",
    ),
    FactSpec(
        SCORE,
        "number",
        "Points of the score with this id, each halving in weight by the score's half-life",
        "このIDのスコアの点数(点は各スコアの半減期で減衰)",
    ),
    FactSpec(
        "video.<id>.watched_ratio",
        "number",
        "Share of the video seen, 0 to 1, repeats once",
        "動画を見た割合(0〜1、重複は1回)",
    ),
    FactSpec(
        "video.<id>.interest",
        "number",
        "Seconds of the video played, repeats too, each halving in weight every 14 days",
        "動画の再生秒数(繰り返しを含み、14日ごとに重みが半減)",
    ),
    FactSpec("video.<id>.position", "number", "Last position in the video, in seconds", "動画の最後の再生位置(秒)"),
    FactSpec("video.<id>.liked", "boolean", "Whether the video was liked", "動画に「いいね」したかどうか"),
    FactSpec(
        "video.<id>.completed",
        "boolean",
        "Whether the video was finished, or nine tenths seen",
        "動画を見終えたか、9割以上見たか",
    ),
    FactSpec(
        "hesitation",
        "number",
        "How likely this session ends without a purchase, 0 to 1; missing until two products were seen or one put into"
        " the cart, and after an order",
        "このセッションが購入なしで終わる確率(0〜1)。商品を2点見るかカートに入れるまで、および注文後は値なし",
    ),
    FactSpec(
        "time.hour", "number", "Hour of the day in the site's time zone, 0 to 23", "サイトの時間帯での時刻(0〜23時)"
    ),
    FactSpec(
        "time.weekday", "number", "Day of the week in the site's time zone, Monday 1 to Sunday 7", "曜日(月曜1〜日曜7)"
    ),
)

_BY_NAME = {spec.pattern: spec for spec in FACTS if "<" not in spec.pattern}
_WITH_PARAMETER = tuple(spec for spec in FACTS if "<" in spec.pattern)


def find_fact(name: str) -> Fact | None:
    """Return the fact called `name`, or None when the registry has none."""
    if name in _BY_NAME:
        return Fact(name, name)
    for spec in _WITH_PARAMETER:
        if name.startswith(spec.prefix) and name.endswith(spec.suffix):
            parameter = name[len(spec.prefix) : len(name) - len(spec.suffix)]
            if parameter and len(spec.prefix) + len(spec.suffix) < len(name):
                return Fact(name, spec.pattern, parameter)
    return None


def get_spec(fact: Fact) -> FactSpec:
    """Return the registry's row of `fact`."""
    return next(spec for spec in FACTS if spec.pattern == fact.pattern)
