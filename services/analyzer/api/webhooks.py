"""`/v1/webhooks`: where an operator wants to be told of something.

Never reaches beyond the caller's site.
"""

from fastapi import APIRouter, Response

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.paging import Cursor, Limit, read_cursor, write_cursor
from services.analyzer.api.schemas.common import Page
from services.analyzer.api.schemas.segment import WebhookCreate, WebhookPatch, WebhookShown
from services.analyzer.control.crud import (
    apply_changes,
    generate_id,
    insert_thing,
    load_page,
    load_thing,
    lock_version,
)
from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Webhook
from services.analyzer.control.versions import raise_snapshot_version
from shared.clock import to_rfc3339

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


def show_webhook(webhook: Webhook) -> WebhookShown:
    """Return a webhook as clients see it."""
    times = {"created_at": to_rfc3339(webhook.created_at), "updated_at": to_rfc3339(webhook.updated_at)}
    return WebhookShown.model_validate(webhook.model_dump() | times)


@router.post("", status_code=201, summary="Create a webhook")
def post_webhook(body: WebhookCreate, state: State, site_id: Tenant) -> WebhookShown:
    """Create a webhook; 409 when its id is taken."""
    now = state.clock()
    values = body.model_dump() | {"id": body.id or generate_id("webhook")}
    with write_session(state.database) as session:
        webhook = insert_thing(session, Webhook(**values, site_id=site_id, created_at=now, updated_at=now))
        raise_snapshot_version(session)
    state.publish_soon()
    return show_webhook(webhook)


@router.get("", summary="List webhooks")
def get_webhooks(state: State, site_id: Tenant, limit: Limit = 100, cursor: Cursor = None) -> Page[WebhookShown]:
    """List the site's webhooks by id."""
    with read_session(state.database) as session:
        found, last_id = load_page(session, Webhook, site_id, after=read_cursor(cursor), limit=limit)
    return Page(items=[show_webhook(webhook) for webhook in found], next_cursor=write_cursor(last_id))


@router.get("/{webhook_id}", summary="Read a webhook")
def get_webhook(webhook_id: str, state: State, site_id: Tenant) -> WebhookShown:
    """Return one webhook."""
    with read_session(state.database) as session:
        return show_webhook(load_thing(session, Webhook, site_id, webhook_id))


@router.patch("/{webhook_id}", summary="Change a webhook")
def patch_webhook(webhook_id: str, body: WebhookPatch, state: State, site_id: Tenant) -> WebhookShown:
    """Change the fields sent; `version` must be the present one."""
    changes = body.model_dump(exclude_unset=True, exclude={"version"})
    with write_session(state.database) as session:
        webhook = lock_version(session, Webhook, site_id, webhook_id, body.version)
        apply_changes(webhook, changes, now=state.clock())
        raise_snapshot_version(session)
        session.flush()
    state.publish_soon()
    return show_webhook(webhook)


@router.delete("/{webhook_id}", status_code=204, summary="Delete a webhook")
def delete_webhook(webhook_id: str, state: State, site_id: Tenant) -> Response:
    """Delete a webhook."""
    with write_session(state.database) as session:
        webhook = load_thing(session, Webhook, site_id, webhook_id)
        session.delete(webhook)
        raise_snapshot_version(session)
    state.publish_soon()
    return Response(status_code=204)
