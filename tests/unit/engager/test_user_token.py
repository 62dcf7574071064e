"""A user token proves a user, or says why not; the clock is passed in."""

from typing import Any

import jwt
import pytest

from services.engager.user_token import verify_user_token
from tests.builders import NOW

KEY = "a signing key of at least thirty-two bytes"
OTHER_KEY = "another signing key of thirty-two bytes or so"
SOON_S = NOW // 1000 + 600


def sign(claims: dict[str, Any], key: str = KEY, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, key, algorithm=algorithm)


@pytest.mark.parametrize(
    ("token", "user_id", "expected"),
    [
        (sign({"sub": "ann", "exp": SOON_S}), "ann", ("ann", "valid")),
        (sign({"sub": "ann", "exp": SOON_S}), None, ("ann", "valid")),
        (sign({"sub": "ann", "exp": SOON_S}), "bob", (None, "other_user")),
        (sign({"sub": "ann", "exp": NOW // 1000 - 1}), "ann", (None, "expired")),
        (sign({"sub": "ann", "exp": NOW // 1000 + 25 * 3600}), "ann", (None, "too_long")),
        (sign({"sub": "ann"}), "ann", (None, "bad_claims")),
        (sign({"exp": SOON_S}), "ann", (None, "bad_claims")),
        (sign({"sub": "", "exp": SOON_S}), None, (None, "bad_claims")),
        (sign({"sub": "ann", "exp": SOON_S}, OTHER_KEY), "ann", (None, "bad_token")),
        (sign({"sub": "ann", "exp": SOON_S}, KEY * 2, "HS512"), "ann", (None, "bad_token")),
        (jwt.encode({"sub": "ann", "exp": SOON_S}, "", algorithm="none"), "ann", (None, "bad_token")),
        ("nonsense", "ann", (None, "bad_token")),
        ("\ud800", "ann", (None, "bad_token")),
    ],
)
def test_verdicts(token: str, user_id: str | None, expected: tuple[str | None, str]) -> None:
    assert verify_user_token(token, KEY, user_id, NOW) == expected


def test_without_a_signing_key_nothing_is_proven() -> None:
    assert verify_user_token("x", "", "ann", NOW) == (None, "no_signing_key")
