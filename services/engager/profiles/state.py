"""What a person's events add up to: the head of a profile, from which most facts are read.

Only shapes and their bounds; `fold` fills them.
"""

import msgspec

from shared.clock import Millis
from shared.ranges import Ranges

MOST_SESSIONS = 32
MOST_SESSION_PRODUCTS = 200
MOST_CART_PRODUCTS = 200
MOST_ORDERS = 500
MOST_CATEGORIES = 200
MOST_VIDEOS = 100
MOST_RANGES = 100
MOST_TRAITS = 100
MOST_TRAIT_BYTES = 1_024


class SessionState(msgspec.Struct, array_like=True):
    """One session. `since_video` is None until the session has a video event.

    `returns` counts views of a product seen before another one, `last_product` being the one viewed last.
    """

    first_ts: Millis
    last_ts: Millis
    page_views: int = 0
    channel: str | None = None
    campaign_source: str | None = None
    campaign_medium: str | None = None
    products: list[str] = []
    since_video: list[str] | None = None
    last_product: str | None = None
    returns: int = 0
    cart_adds: int = 0
    cart_removes: int = 0
    has_order: bool = False


class OrderState(msgspec.Struct, array_like=True):
    """One order id; `ts` None while only refunds of it are known. A refund is (amount or None for all, currency)."""

    ts: Millis | None = None
    amount_minor: int | None = None
    currency: str | None = None
    refunds: list[tuple[int | None, str | None]] = []


class VideoState(msgspec.Struct, array_like=True):
    """One video: the union of what was played, and the newest position and length told.

    `weight`: seconds played, repeats too, decayed to `weighed_at`.
    """

    ranges: Ranges = ()
    position: float | None = None
    total_length: float | None = None
    liked: bool = False
    completed: bool = False
    weight: float = 0.0
    weighed_at: Millis = 0


class State(msgspec.Struct, array_like=True):
    """The fold of a person's events in order of (timestamp, message id).

    `cart` holds [net quantity, price in major units or None] by product; `interest` [weight, at] by category;
    `interests` those in products and brands, packed (`services.engager.profiles.interest`).
    """

    last_ts: Millis = -1
    last_id: str = ""
    last_key: str = ""
    first_key: str = ""
    session_count: int = 0
    sessions: dict[str, SessionState] = {}
    page: tuple[str | None, str | None, str | None, str | None] | None = None
    device_type: str | None = None
    locale: str | None = None
    traits: dict[str, bytes] = {}
    cart: dict[str, tuple[int, float | None]] = {}
    orders: dict[str, OrderState] = {}
    interest: dict[str, tuple[float, Millis]] = {}
    videos: dict[str, VideoState] = {}
    interests: bytes = b""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(State)
encode_state = _encoder.encode
decode_state = _decoder.decode
