"""CORS headers of collector and engager (contract part 2), on errors too.

Pure.
"""

ALLOWED_HEADERS = b"Content-Type, Authorization, AnonymousId, X-Retry-Count, SP-Anonymous"
MAX_AGE_S = b"7200"

Headers = list[tuple[bytes, bytes]]


def build_cors_headers(origin: str | None) -> Headers:
    """Return the headers of an answer that `origin` may read; none for a request without `Origin`."""
    if origin is None:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1", "replace")),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", b"Retry-After"),
        (b"vary", b"Origin"),
    ]


def build_preflight_headers(origin: str | None) -> Headers:
    """Return the headers of a preflight's answer: it carries no key, so any origin is echoed."""
    return [
        *build_cors_headers(origin),
        (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
        (b"access-control-allow-headers", ALLOWED_HEADERS),
        (b"access-control-max-age", MAX_AGE_S),
    ]
