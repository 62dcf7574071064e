"""`/healthz`, `/readyz`, `/metrics`.

Never asks for a key, and never tells anything about a site.
"""

from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from services.analyzer.api.access import State

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The state of this process."""

    status: Literal["ok", "starting"]


@router.get("/healthz", summary="Is the process alive")
def get_health() -> Health:
    """Return 200 while the process serves."""
    return Health(status="ok")


@router.get("/readyz", summary="Can it answer", responses={503: {"description": "Starting, or on standby"}})
def get_readiness(state: State, response: Response) -> Health:
    """Return 200 when the event store is open; 503 while starting or on standby."""
    if state.active is None:
        response.status_code = 503
        return Health(status="starting")
    return Health(status="ok")


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
def get_metrics(state: State) -> Response:
    """Return the metrics in Prometheus' text format."""
    return Response(generate_latest(state.metrics.registry), media_type=CONTENT_TYPE_LATEST)
