"""The hesitation score: how likely somebody who looks at products leaves without buying, from what a session shows.

Pure. The engager computes it from a profile, `sql/compile` from history, by the same weights and in the same order.
"""

from collections.abc import Mapping
from math import exp, floor, log

import msgspec

ENGAGED_PRODUCTS = 2
"""Who has seen so many products, or put one into the cart, is engaged; of others nothing is said."""
LARGEST_LOGIT = 30.0
PLACES = 1e6
"""The score is rounded to six places, so that two ways of computing it agree."""

FEATURES = (
    "seconds",
    "page_views",
    "products",
    "returns",
    "cart_adds",
    "cart_removes",
    "products_since_video",
    "video",
    "first_session",
)
"""Of the session so far, each taken as ln(1 + x). `returns`: views of a product seen before another one; `video` and
`first_session` are 0 or 1; `products_since_video` is 0 without a video.
"""


class HesitationModel(msgspec.Struct, frozen=True, kw_only=True):
    """A calibrated logistic model; `weights` run beside FEATURES. `fitted_at` None: the fixed weights."""

    intercept: float
    weights: tuple[float, ...]
    fitted_at: int | None = None


FIXED = HesitationModel(intercept=1.6, weights=(-0.05, -0.05, 0.25, 0.3, -1.0, 0.7, 0.2, -0.3, 0.3))
"""Until a site has data: carts go with buying; going back and forth, taking out of the cart and being new go with
leaving. The signs are common experience, the sizes a guess, and the report says that these are in use.
"""


def choose_model(model: HesitationModel | None) -> HesitationModel:
    """Return `model` if it fits the features of this version, else the fixed one."""
    return model if model is not None and len(model.weights) == len(FEATURES) else FIXED


def compute_hesitation(model: HesitationModel, features: Mapping[str, float]) -> float:
    """Return the probability, 0 to 1, that this session ends without a purchase."""
    logit = model.intercept
    for name, weight in zip(FEATURES, model.weights, strict=True):
        logit += weight * log(1.0 + features[name])
    logit = min(LARGEST_LOGIT, max(-LARGEST_LOGIT, logit))
    return floor(1.0 / (1.0 + exp(-logit)) * PLACES + 0.5) / PLACES


def write_hesitation_sql(model: HesitationModel, columns: Mapping[str, str]) -> str:
    """Return the same as an SQL expression over `columns` (by feature). The numbers are the model's own."""
    terms = "".join(
        f" + {float(weight)!r}::DOUBLE * ln(1.0::DOUBLE + {columns[name]})"
        for name, weight in zip(FEATURES, model.weights, strict=True)
    )
    logit = f"({float(model.intercept)!r}::DOUBLE{terms})"
    bounded = f"least({LARGEST_LOGIT!r}::DOUBLE, greatest({-LARGEST_LOGIT!r}::DOUBLE, {logit}))"
    return f"floor(1.0::DOUBLE / (1.0::DOUBLE + exp(-{bounded})) * {PLACES!r}::DOUBLE + 0.5) / {PLACES!r}::DOUBLE"
