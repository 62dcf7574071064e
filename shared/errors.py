"""Every refusal in one table: stable code, status, words. Served as `application/problem+json` (RFC 9457).

Never raises for a client's mistake deep in the journey: pure steps return a code, the shell turns it into an answer.
"""

from dataclasses import dataclass

import msgspec

from shared.wire.messages import MessageError, Problem

PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row of the table."""

    status: int
    title: str


REFUSALS: dict[str, Refusal] = {
    # 400: the request cannot be read
    "not_json": Refusal(400, "The body is not valid JSON"),
    "too_deep": Refusal(400, "The body is nested deeper than 32 levels"),
    "wrong_shape": Refusal(400, "The body has the wrong shape"),
    "bad_encoding": Refusal(400, "The body is not what its Content-Encoding says"),
    "unsupported_encoding": Refusal(415, "Only gzip and identity are accepted as Content-Encoding"),
    "all_rejected": Refusal(400, "Every message of the batch was refused"),
    "bad_request": Refusal(400, "The request cannot be answered as it stands"),
    # 401, 403: who asks
    "unknown_key": Refusal(401, "The key is missing or unknown"),
    "origin_not_allowed": Refusal(403, "This site does not allow requests from this origin"),
    # 404, 405, 409, 422, 428: what is asked for
    "not_found": Refusal(404, "There is nothing here by this name"),
    "method_not_allowed": Refusal(405, "This address does not answer this method"),
    "exists": Refusal(409, "Something with this id exists already"),
    "stale_version": Refusal(409, "Somebody changed this in the meantime: read it again"),
    "invalid": Refusal(422, "A field has a value that is not possible"),
    "version_missing": Refusal(428, "A change needs the version it was based on"),
    # 413, 429: too much
    "too_large": Refusal(413, "The body is larger than 500 KB"),
    "too_many_messages": Refusal(413, "A batch holds at most 500 messages"),
    "rate_limited": Refusal(429, "Too many requests: try again later"),
    # 500, 503: our side
    "internal": Refusal(500, "Something went wrong on our side"),
    "store_unavailable": Refusal(503, "Messages cannot be stored right now: try again later"),
    "not_ready": Refusal(503, "The service is starting: try again shortly"),
}


def build_problem(
    code: str, *, detail: str | None = None, errors: list[MessageError] | None = None
) -> tuple[int, bytes]:
    """Return status and body of the problem document for `code` (a key of `REFUSALS`)."""
    refusal = REFUSALS[code]
    problem = Problem(
        title=refusal.title,
        status=refusal.status,
        code=code,
        message=refusal.title,
        detail=detail,
        errors=errors,
    )
    return refusal.status, msgspec.json.encode(problem)
