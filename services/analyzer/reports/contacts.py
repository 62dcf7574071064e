"""Hashes e-mail addresses and phone numbers as ad platforms match them.

Pure. Never passes an address or a number on in clear.
"""

import re
from hashlib import sha256

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


def hash_email(email: str | None) -> str | None:
    """Return the SHA-256 of the trimmed, lower-case address; None for what is none."""
    if email is None:
        return None
    plain = email.strip().lower()
    return _hash(plain) if _EMAIL.fullmatch(plain) else None


def read_phone(phone: str | None) -> str | None:
    """Return the number in E.164 (`+81901234567`); None without a country code, which nothing here can guess."""
    if phone is None:
        return None
    kept = re.sub(r"[\s().\-/]", "", phone.strip())
    if kept.startswith("00"):
        kept = f"+{kept[2:]}"
    return kept if _PHONE.fullmatch(kept) else None


def hash_phone(phone: str | None, *, plus: bool) -> str | None:
    """Return the SHA-256 of the number in E.164, with its plus (Google) or without (Meta)."""
    number = read_phone(phone)
    return None if number is None else _hash(number if plus else number[1:])


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
