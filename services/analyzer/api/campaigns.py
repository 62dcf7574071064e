"""`/v1/campaigns`: what is shown to whom, and when.

Never reaches beyond the caller's site.
"""

from typing import Any

from fastapi import APIRouter, Response

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.checks import check_campaign
from services.analyzer.api.paging import Cursor, Limit, read_cursor, write_cursor
from services.analyzer.api.schemas.campaign import CampaignCreate, CampaignPatch, CampaignShown
from services.analyzer.api.schemas.common import Page
from services.analyzer.control.crud import (
    apply_changes,
    generate_id,
    insert_thing,
    load_page,
    load_thing,
    lock_version,
)
from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Campaign
from services.analyzer.control.versions import raise_snapshot_version
from shared.clock import to_rfc3339

router = APIRouter(prefix="/v1/campaigns", tags=["campaigns"])

_SHAPED = {"when", "schedule", "frequency", "variants"}
"""Fields with a shape of their own, in which null and absent mean the same; in a rule they do not."""


def show_campaign(campaign: Campaign) -> CampaignShown:
    """Return a campaign as clients see it."""
    times = {"created_at": to_rfc3339(campaign.created_at), "updated_at": to_rfc3339(campaign.updated_at)}
    return CampaignShown.model_validate(campaign.model_dump() | times)


def _dump(body: CampaignCreate | CampaignPatch, *, only: set[str] | None = None) -> dict[str, Any]:
    """Return the fields as JSON values; within them, what was not given is absent."""
    values = body.model_dump(mode="json", by_alias=True, include=only)
    return {field: _drop_absent(value) if field in _SHAPED else value for field, value in values.items()}


def _drop_absent(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _drop_absent(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_drop_absent(inner) for inner in value]
    return value


@router.post("", status_code=201, summary="Create a campaign")
def post_campaign(body: CampaignCreate, state: State, site_id: Tenant) -> CampaignShown:
    """Create a campaign; 409 when its id is taken."""
    now = state.clock()
    values = _dump(body) | {"id": body.id or generate_id("campaign")}
    with write_session(state.database) as session:
        check_campaign(session, site_id, values)
        campaign = insert_thing(session, Campaign(**values, site_id=site_id, created_at=now, updated_at=now))
        raise_snapshot_version(session)
    state.publish_soon()
    return show_campaign(campaign)


@router.get("", summary="List campaigns")
def get_campaigns(state: State, site_id: Tenant, limit: Limit = 100, cursor: Cursor = None) -> Page[CampaignShown]:
    """List the site's campaigns by id."""
    with read_session(state.database) as session:
        found, last_id = load_page(session, Campaign, site_id, after=read_cursor(cursor), limit=limit)
    return Page(items=[show_campaign(campaign) for campaign in found], next_cursor=write_cursor(last_id))


@router.get("/{campaign_id}", summary="Read a campaign")
def get_campaign(campaign_id: str, state: State, site_id: Tenant) -> CampaignShown:
    """Return one campaign."""
    with read_session(state.database) as session:
        return show_campaign(load_thing(session, Campaign, site_id, campaign_id))


@router.patch("/{campaign_id}", summary="Change a campaign")
def patch_campaign(campaign_id: str, body: CampaignPatch, state: State, site_id: Tenant) -> CampaignShown:
    """Change the fields sent; `version` must be the present one."""
    changes = _dump(body, only=body.model_fields_set - {"version"})
    with write_session(state.database) as session:
        campaign = lock_version(session, Campaign, site_id, campaign_id, body.version)
        apply_changes(campaign, changes, now=state.clock())
        check_campaign(session, site_id, campaign.model_dump())
        raise_snapshot_version(session)
        session.flush()
    state.publish_soon()
    return show_campaign(campaign)


@router.delete("/{campaign_id}", status_code=204, summary="Delete a campaign")
def delete_campaign(campaign_id: str, state: State, site_id: Tenant) -> Response:
    """Delete a campaign."""
    with write_session(state.database) as session:
        campaign = load_thing(session, Campaign, site_id, campaign_id)
        session.delete(campaign)
        raise_snapshot_version(session)
    state.publish_soon()
    return Response(status_code=204)
