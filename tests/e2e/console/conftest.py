"""One installation with a little history, and tabs that are logged in to its console."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from shared.clock import to_rfc3339
from tests.e2e.conftest import PATIENCE_MS
from tests.installation import Installation, run_installation

VIDEO = "tea-tasting"
CAMPAIGN = "welcome"
VISITORS = 12

OpenConsole = Callable[..., Page]


def _view(visitor: int, now: int) -> list[dict[str, Any]]:
    """Return what one visitor did: a page, a part of the video, and for some an order."""
    anonymous_id = f"visitor-{visitor}"
    began = now - 3_600_000 - visitor * 60_000

    def message(kind: str, seconds: int, **fields: Any) -> dict[str, Any]:
        return {
            "type": kind,
            "messageId": f"{anonymous_id}-{seconds}",
            "anonymousId": anonymous_id,
            "timestamp": to_rfc3339(began + seconds * 1_000),
            **fields,
        }

    played = {"content_asset_id": VIDEO, "session_id": f"view-{visitor}", "total_length": 72}
    until = 10 + visitor * 5
    messages = [
        message("page", 0, properties={"path": "/", "title": "Shop"}),
        message("track", 5, event="Video Playback Started", properties=played | {"position": 0}),
        message(
            "track",
            5 + until,
            event="Video Playback Paused",
            properties=played | {"position": until, "played": [[0, until]]},
        ),
    ]
    if visitor % 3 == 0:
        order = {"order_id": f"order-{visitor}", "revenue": 1200, "currency": "JPY"}
        messages.append(message("track", 200, event="Order Completed", properties=order))
    return messages


def _show_prompts(installation: Installation) -> None:
    """Have visitors see the campaign; one clicks, one dismisses."""
    for visitor in range(VISITORS):
        anonymous_id = f"visitor-{visitor}"
        for number, prompt in enumerate(installation.wait_for_prompts(anonymous_id)):
            ids = {
                "campaign_id": prompt["campaignId"],
                "variant_id": prompt["variantId"],
                "decision_id": prompt["decisionId"],
            }
            events = ["Prompt Shown", *(["Prompt Clicked"] if visitor == 1 else [])]
            events += ["Prompt Dismissed"] if visitor == 2 else []
            installation.send(
                *(
                    {"type": "track", "anonymousId": anonymous_id, "event": event, "properties": ids}
                    | {"messageId": f"{anonymous_id}-{number}-{event}"}
                    for event in events
                )
            )


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with run_installation(tmp_path_factory.mktemp("console")) as running:
        running.create("/v1/videos", {"id": VIDEO, "title": "A tasting", "duration": 72})
        running.create(
            "/v1/campaigns",
            {
                "id": CAMPAIGN,
                "name": "Welcome",
                "purpose": "Says hello",
                "status": "running",
                "variants": [{"id": "a", "kind": "popup", "content": {"title": "Hello", "body": "Come in"}}],
            },
        )
        now = int(time.time() * 1_000)
        for visitor in range(VISITORS):
            running.send(*_view(visitor, now))
        running.wait_for_prompts("first")
        _show_prompts(running)
        running.run_job("moments")
        yield running


@pytest.fixture
def open_console(browser: Browser, installation: Installation) -> Iterator[OpenConsole]:
    """Return a function that opens an address of the console in a new, logged-in tab."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []
    ready = installation.read_ready()

    def open_page(
        path: str, *, language: str = "en", theme: str = "light", width: int = 1280, logged_in: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale="ja-JP" if language == "ja" else "en-US",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(f"try {{ localStorage.setItem('kikkake.theme', '{theme}') }} catch {{}}")
        if logged_in:
            answer = context.request.post(
                f"{ready['analyzer']}/console/api/login", data={"password": ready["console_password"]}
            )
            assert answer.status == 204, answer.text()
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        # A refusal by the Content-Security-Policy is only told there.
        page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{ready['analyzer']}/console{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
