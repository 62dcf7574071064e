"""`/v1/reports`: read what the last run computed, or have it computed on request.

One module a report; a new one is listed here and nowhere else.
"""

from fastapi import APIRouter

from services.analyzer.api.reports import (
    aftercare,
    allocation,
    attribution,
    campaigns,
    community,
    experiments,
    factors,
    hesitation,
    journeys,
    lifecycle,
    lookalikes,
    moments,
    policy,
    qoe,
    query,
    satisfaction,
    scores,
    stores,
    videos,
    visitor_list,
    visitors,
)

router = APIRouter(prefix="/v1/reports", tags=["reports"])
for report in (
    moments,
    visitors,
    campaigns,
    experiments,
    policy,
    allocation,
    qoe,
    journeys,
    videos,
    hesitation,
    lookalikes,
    visitor_list,
    attribution,
    factors,
    lifecycle,
    aftercare,
    stores,
    community,
    scores,
    query,
    satisfaction,
):
    router.include_router(report.router)
