"""Who is logged in to the console: a signed cookie, made from the console's password, good for twelve hours.

Never stores a session, and never says more of a wrong password than that it is wrong.
"""

import hashlib
import hmac

from shared.clock import HOUR_MS, Millis

COOKIE = "kikkake_console"
LIFETIME_MS = 12 * HOUR_MS
HEADER = "x-kikkake-console"
"""A request that changes something by the cookie must carry this: a foreign page can not add it without a preflight."""


def derive_key(console_password: str, admin_key: str) -> bytes:
    """Return the key that signs sessions: the same after a restart, another one after a change of password."""
    return hashlib.sha256(f"kikkake console\x00{console_password}\x00{admin_key}".encode()).digest()


def check_password(given: str, console_password: str) -> bool:
    """Return whether the password is right; an unset one is never right. Takes the same time either way."""
    right = hmac.compare_digest(
        hashlib.sha256(given.encode()).digest(), hashlib.sha256(console_password.encode()).digest()
    )
    return right and bool(console_password)


def sign_session(key: bytes, *, now: Millis) -> str:
    """Return the cookie's value for a session that begins at `now`."""
    ends = str(now + LIFETIME_MS)
    return f"{ends}.{hmac.new(key, ends.encode(), hashlib.sha256).hexdigest()}"


def check_session(key: bytes, value: str, *, now: Millis) -> bool:
    """Return whether `value` is a session that was signed here and has not ended."""
    ends, _, signature = value.partition(".")
    right = hmac.new(key, ends.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature.encode(), right.encode()) and ends.isdigit() and now < int(ends)
