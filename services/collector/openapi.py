"""Documents the hot routes in OpenAPI, from the same structs that decode them.

Never describes what the code does not do: shapes come from `shared.wire`.
"""

from typing import Any

import msgspec

from services.collector.ingest import BATCH_ROUTES, CMCD_ROUTE, SINGLE_ROUTES
from shared.admission.imports import KINDS
from shared.errors import PROBLEM_TYPE, REFUSALS
from shared.wire.messages import BatchAnswer, ImportAnswer, Message, Problem

_INGEST_REFUSALS = (400, 401, 403, 413, 415, 429, 503)


def _describe_refusals() -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status in _INGEST_REFUSALS:
        codes = [f"`{code}`: {row.title}" for code, row in REFUSALS.items() if row.status == status]
        answers[str(status)] = {
            "description": "; ".join(codes),
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return answers


def _describe_cmcd(answer: dict[str, Any]) -> dict[str, Any]:
    lines = {
        "type": "string",
        "description": "Event reports of CTA-5004-A, one structured field dictionary a line; `sid`, `e`, `ts` needed",
        "example": 'cid="spring",e=ps,msd=820,sid="6e2fb550-c457-11e9-bb97-0800200c9a66",sn=1,sta=p,ts=1790000000820',
    }
    query = {
        "writeKey": "Key of the site; else the user name of HTTP Basic",
        "anonymousId": "The visitor that watches; without it, a report belongs to whose player has the same session",
    }
    return {
        "summary": "Store up to 500 CMCD v2 event reports",
        "description": "Maps each report to a message of the Segment Video spec (`docs/cmcd.md`). Answers once all are"
        " durable. A line that is no report stands in `errors`, by its number.",
        "tags": ["ingest"],
        "security": [{"writeKey": []}, {}],
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, "description": words}
            for name, words in query.items()
        ],
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": lines} for kind in ("application/cmcd", "text/cmcd", "text/plain")},
        },
        "responses": {
            "200": {"description": "Stored", "content": {"application/json": {"schema": answer}}},
            **_describe_refusals(),
        },
    }


def _describe_import(kind: str) -> dict[str, Any]:
    table = {"type": "string", "description": f"A table of {kind} with a header, or one JSON object a line"}
    return {
        "summary": f"Import {kind}",
        "description": "Reads a table of any length (`docs/imports.md`); `Content-Encoding: gzip` is accepted. Answers"
        " once every accepted row is durable; importing again doubles nothing. The first 1,000 refused rows stand in"
        " `errors`, by their number.",
        "tags": ["import"],
        "security": [{"secretKey": []}],
        "parameters": [
            {
                "name": "site",
                "in": "query",
                "required": False,
                "schema": {"type": "string"},
                "description": "The site that is meant: another one than the key's is refused",
            }
        ],
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": table} for kind in ("text/csv", "application/x-ndjson")},
        },
        "responses": {
            "200": {
                "description": "Stored",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ImportAnswer"}}},
            },
            **_describe_refusals(),
        },
    }


def describe_ingest(document: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI `document` with the ingest routes and their shapes added."""
    (message, answer, *_), shapes = msgspec.json.schema_components(
        [Message, BatchAnswer, Problem, ImportAnswer], ref_template="#/components/schemas/{name}"
    )
    batch = {
        "type": "object",
        "required": ["batch"],
        "properties": {
            "writeKey": {"type": "string", "description": "Key of the site; else the user name of HTTP Basic"},
            "sentAt": {"type": "string", "format": "date-time", "description": "When the client sent the batch"},
            "batch": {"type": "array", "maxItems": 500, "items": message},
            "context": {"type": "object", "description": "Default context of every message"},
        },
    }
    paths = document.setdefault("paths", {})
    document.setdefault("components", {}).setdefault("schemas", {}).update(shapes)

    def describe(summary: str, body: dict[str, Any], deprecated_alias: bool) -> dict[str, Any]:
        return {
            "summary": summary,
            "description": "Answers once every accepted message is durable (fsynced). A `text/plain` body is read as"
            " JSON; `Content-Encoding: gzip` is accepted. Each refused message stands in `errors`.",
            "tags": ["short names" if deprecated_alias else "ingest"],
            "security": [{"writeKey": []}, {}],
            "requestBody": {
                "required": True,
                "content": {kind: {"schema": body} for kind in ("application/json", "text/plain")},
            },
            "responses": {
                "200": {"description": "Stored", "content": {"application/json": {"schema": answer}}},
                **_describe_refusals(),
            },
        }

    for index, path in enumerate(BATCH_ROUTES):
        paths[path] = {"post": describe("Store up to 500 messages", batch, index > 0)}
    for message_type, names in SINGLE_ROUTES.items():
        for index, path in enumerate(names):
            paths[path] = {"post": describe(f"Store one {message_type} message", message, index > 0)}
    paths[CMCD_ROUTE] = {"post": _describe_cmcd(answer)}
    for kind in KINDS:
        paths[f"/v1/import/{kind}"] = {"post": _describe_import(kind)}
    schemes = document["components"].setdefault("securitySchemes", {})
    schemes["writeKey"] = {
        "type": "http",
        "scheme": "basic",
        "description": "The write key as user name, no password",
    }
    schemes["secretKey"] = {"type": "http", "scheme": "bearer", "description": "The site's secret key"}
    return document
