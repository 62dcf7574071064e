"""`GET /v1/decisions/{id}`: one decision explained.

Never recomputes a decision: it shows what was logged when it was made.
"""

import duckdb
import msgspec
from fastapi import APIRouter

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.schemas.report import DecisionShown
from services.analyzer.problems import Refused
from services.analyzer.store.questions import load_question
from shared.clock import to_rfc3339

router = APIRouter(prefix="/v1/decisions", tags=["reports"])


@router.get("/{decision_id}", summary="Explain a decision")
async def get_decision(decision_id: str, state: State, site_id: Tenant) -> DecisionShown:
    """Return the campaigns whose trigger matched, the outcome or the reason of refusal of each, and the facts used."""

    def ask(con: "duckdb.DuckDBPyConnection") -> DecisionShown:
        found = con.execute(load_question("decision"), {"site": site_id, "decision": decision_id}).fetchall()
        if not found:
            raise Refused("not_found", f"There is no decision {decision_id!r} on this site")
        own_id, anonymous_id, user_id, session_id, at, trigger, page_path, version, candidates, facts = found[0]
        return DecisionShown(
            id=own_id,
            anonymous_id=anonymous_id,
            user_id=user_id,
            session_id=session_id,
            at=to_rfc3339(at),
            trigger=trigger,
            page_path=page_path,
            snapshot_version=version,
            candidates=[
                {"campaign_id": campaign_id, "outcome": outcome, "variant_id": variant_id, "propensity": propensity}
                for campaign_id, outcome, variant_id, propensity in msgspec.json.decode(candidates)
            ],
            facts=msgspec.json.decode(facts),
        )

    return await state.get_active().reader.read(ask)
