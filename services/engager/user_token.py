"""Proof that a visitor is a user: a JWT signed with the site's key.

Pure: the time is a parameter. A token that proves nothing is as if absent, and says why.
"""

from typing import Any

import jwt

from shared.clock import DAY_MS, Millis

LONGEST_MS = DAY_MS
LEEWAY_MS = 60_000


def verify_user_token(token: str, signing_key: str, user_id: str | None, now: Millis) -> tuple[str | None, str]:
    """Return the proven user (None when there is none) and "valid" or the reason.

    HS256; `sub` is the user, and the request's user if it names one; `exp` is in the future, at most 24 h.
    """
    if not signing_key:
        return None, "no_signing_key"
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            signing_key,
            algorithms=["HS256"],
            # Times are checked below against the clock that was passed in.
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False},
        )
    except (jwt.PyJWTError, ValueError):
        return None, "bad_token"
    subject, expires = claims.get("sub"), claims.get("exp")
    if not isinstance(subject, str) or not subject or isinstance(expires, bool) or not isinstance(expires, int | float):
        return None, "bad_claims"
    left_ms = expires * 1000 - now
    if left_ms <= 0:
        return None, "expired"
    if left_ms > LONGEST_MS + LEEWAY_MS:
        return None, "too_long"
    if user_id is not None and subject != user_id:
        return None, "other_user"
    return subject, "valid"
