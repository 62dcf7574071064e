"""Money as integer minor units of its currency; conversion into the site's currency.

Never guesses: nonsense is None, a currency without a rate is None.
"""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Decimal places by ISO 4217 where they are not two."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_MOST_MINOR = 10**15
"""More than this is a mistake of the sender, and would not survive as a float."""


def get_exponent(currency: str) -> int:
    """Return the number of decimal places of `currency`."""
    return _EXPONENTS.get(currency, 2)


def read_currency(value: Any) -> str | None:
    """Return the three capital letters in `value`, or None (then the site's currency holds)."""
    if not isinstance(value, str):
        return None
    code = value.strip().upper()
    return code if _CURRENCY.fullmatch(code) else None


def read_amount_minor(value: Any, currency: str) -> int | None:
    """Return `value` (major units, number or numeric string) in minor units, rounded half up; None for nonsense."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        if not _NUMBER.fullmatch(text):
            return None
        amount = Decimal(text)
    elif isinstance(value, int | float) and math.isfinite(value) and abs(value) <= _MOST_MINOR:
        amount = Decimal(repr(value))
    else:
        return None
    minor = int((amount * 10 ** get_exponent(currency) + Decimal("0.5")) // 1)
    return minor if amount >= 0 and minor <= _MOST_MINOR else None


def convert_minor(
    amount_minor: int, currency: str | None, site_currency: str, rates: Mapping[str, float]
) -> int | None:
    """Return an amount in minor units of the site's currency, rounded half up; None without a rate.

    `rates[c]` is what one unit of c is worth in the site's currency.
    """
    if currency is None or currency == site_currency:
        return amount_minor
    rate = rates.get(currency)
    if rate is None:
        return None
    return math.floor(amount_minor * compute_minor_rate(currency, site_currency, rate) + 0.5)


def compute_minor_rate(currency: str, site_currency: str, rate: float) -> float:
    """Return what one minor unit of `currency` is worth in minor units of the site's currency."""
    return rate * 10.0 ** (get_exponent(site_currency) - get_exponent(currency))
