"""Documents the hot route in OpenAPI, from the same structs that decode and encode it.

Never describes what the code does not do.
"""

from typing import Any

import msgspec

from services.engager.route import PATH
from shared.errors import PROBLEM_TYPE, REFUSALS
from shared.wire.decide import DecideAnswer, DecideRequest
from shared.wire.messages import Message, Problem

_REFUSALS = (400, 401, 403, 413, 415, 429, 503)


def describe_decide(document: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI `document` with the decide route and its shapes added."""
    (_, answer, message, _), shapes = msgspec.json.schema_components(
        [DecideRequest, DecideAnswer, Message, Problem], ref_template="#/components/schemas/{name}"
    )
    shapes["DecideRequest"]["properties"]["events"] = {
        "anyOf": [{"type": "array", "maxItems": 500, "items": message}, {"type": "null"}],
        "description": "Messages that count in this very decision",
    }
    refusals = {}
    for status in _REFUSALS:
        codes = [f"`{code}`: {row.title}" for code, row in REFUSALS.items() if row.status == status]
        refusals[str(status)] = {
            "description": "; ".join(codes),
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    schema = {"$ref": "#/components/schemas/DecideRequest"}
    document.setdefault("components", {}).setdefault("schemas", {}).update(shapes)
    document.setdefault("paths", {})[PATH] = {
        "post": {
            "summary": "Decide which prompts a visitor gets",
            "description": "A `page_view` answers the eligible prompts armed with their `when`; any other trigger only"
            " campaigns of that type, due now. With the store away the answer is empty, never an error. A `text/plain`"
            " body is read as JSON.",
            "tags": ["decide"],
            "requestBody": {
                "required": True,
                "content": {kind: {"schema": schema} for kind in ("application/json", "text/plain")},
            },
            "responses": {
                "200": {"description": "The decision", "content": {"application/json": {"schema": answer}}},
                **refusals,
            },
        }
    }
    return document
