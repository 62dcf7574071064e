"""Visitors of this very moment: they watch, ask for decisions as the SDK does, and answer the prompts they get.

Speaks to the collector and the engager only, as any browser; bounded in number, so that a forgotten demo comes to rest.
"""

import asyncio
import math
import random
from typing import Any

import httpx

from examples.shop.visitors.catalog import Catalog, Product
from examples.shop.visitors.viewing import Viewing, draw_clip_viewing, draw_live_viewing, draw_viewing
from examples.shop.visitors.watching import Video

MOST_VISITORS = 5_000
VISITORS_PER_S = 0.7
BROADCAST, CLIP = 0.15, 0.35
"""Below the first share they watch the broadcast, below the second a clip, else the film."""
CLICK, DISMISS = 0.3, 0.75
"""A prompt is clicked below the first share, closed below the second, else left alone."""


class LiveVisitor:
    """One visitor in one browser, from arrival to leaving."""

    def __init__(self, client: httpx.AsyncClient, urls: dict[str, str], write_key: str, name: str, seed: str) -> None:
        self._client = client
        self._urls = urls
        self._write_key = write_key
        self._name = name
        self._rng = random.Random(seed)
        self._locale = "ja-JP" if self._rng.random() < 0.7 else "en-GB"
        self._waiting: list[dict[str, Any]] = []

    def _say(self, event: str | None, properties: dict[str, Any]) -> None:
        context = {"sessionId": f"{self._name}-s", "locale": self._locale}
        kind = {"type": "track", "event": event} if event else {"type": "page"}
        self._waiting.append({**kind, "anonymousId": self._name, "properties": properties, "context": context})

    async def _send(self) -> None:
        batch, self._waiting = self._waiting, []
        if batch:
            body = {"writeKey": self._write_key, "batch": batch}
            await self._client.post(f"{self._urls['collector']}/v1/batch", json=body)

    async def _decide(self, trigger: dict[str, Any]) -> dict[str, Any]:
        body = {
            "writeKey": self._write_key,
            "anonymousId": self._name,
            "sessionId": f"{self._name}-s",
            "page": {"path": "/"},
            "trigger": trigger,
            "events": self._waiting,
        }
        self._waiting = []
        answer = (await self._client.post(f"{self._urls['engager']}/v1/decide", json=body)).json()
        return answer if isinstance(answer, dict) else {}

    async def visit(self, catalog: Catalog) -> None:
        """Arrive, look around, watch, and leave or buy."""
        intent = self._rng.gauss(0, 1)
        self._say(None, {"path": "/", "title": "Asagiri"})
        await self._decide({"type": "page_view"})
        product = self._rng.choice(catalog.products)
        if self._rng.random() < 0.5:
            self._look_at(product)
        video, viewing = self._choose(catalog, intent)
        await self._watch(video, viewing)
        paused = {"type": "video_paused", "video": {"id": video.id, "position": viewing.ranges[-1][1]}}
        answer = await self._decide(paused)
        clicked = await self._answer(answer)
        if self._rng.random() < 1 / (1 + math.exp(-(-2.6 + 0.7 * intent + 1.2 * clicked))):
            self._buy(product)
        await self._send()

    def _look_at(self, product: Product) -> None:
        self._say(None, {"path": f"/products/{product.id}", "title": product.name})
        self._say("Product Viewed", {"product_id": product.id, "category": product.category, "price": product.price})

    def _choose(self, catalog: Catalog, intent: float) -> tuple[Video, Viewing]:
        """Return what this visitor watches, and how: mostly the film, else the broadcast or a clip."""
        drawn = self._rng.random()
        if drawn < BROADCAST:
            live = Video(catalog.broadcast, catalog.broadcast_title, catalog.duration, is_live=True)
            return live, draw_live_viewing(catalog, intent, self._rng)
        if drawn < CLIP:
            clip = self._rng.choice(catalog.clips)
            viewing = draw_clip_viewing(clip.duration, intent, self._rng)
            return Video(clip.video, clip.title, clip.duration), viewing
        film = Video(catalog.video, catalog.title, catalog.duration)
        return film, draw_viewing(catalog, intent, self._rng)

    async def _watch(self, video: Video, viewing: Viewing) -> None:
        shared = {
            "session_id": f"{self._name}-view",
            "content_asset_id": video.id,
            "title": video.title,
            "total_length": None if video.is_live else video.length,
            "livestream": video.is_live,
        }
        self._say("Video Playback Started", {**shared, "position": viewing.ranges[0][0]})
        for start, end in viewing.ranges:
            self._say("Video Content Playing", {**shared, "position": end, "played": [[start, end]]})
            await self._send()
            # A film of a minute is watched in a few seconds: the demo is not there to wait.
            await asyncio.sleep((end - start) / 15)
        self._say("Video Playback Paused", {**shared, "position": viewing.ranges[-1][1]})

    async def _answer(self, answer: dict[str, Any]) -> bool:
        """React to what came back; returns whether a prompt was clicked."""
        for held in answer.get("holdouts", []):
            self._say("Prompt Withheld", {"campaign_id": held["campaignId"], "decision_id": held["decisionId"]})
        for prompt in answer.get("prompts", []):
            about = {
                "campaign_id": prompt["campaignId"],
                "variant_id": prompt["variantId"],
                "decision_id": prompt["decisionId"],
            }
            self._say("Prompt Shown", about)
            await self._send()
            await asyncio.sleep(self._rng.uniform(1, 4))
            drawn = self._rng.random()
            if drawn < CLICK:
                self._say("Prompt Clicked", about)
                return True
            if drawn < DISMISS:
                self._say("Prompt Dismissed", about)
        return False

    def _buy(self, product: Product) -> None:
        self._look_at(product)
        line = {"product_id": product.id, "price": product.price, "quantity": 1}
        self._say("Product Added", line)
        self._say(
            "Order Completed",
            {"order_id": f"{self._name}-order", "revenue": product.price, "currency": "JPY", "products": [line]},
        )


async def send_live(catalog: Catalog, urls: dict[str, str], write_key: str, *, run: str) -> None:
    """Have visitors come until there were `MOST_VISITORS`; a service that is away costs only those it meets.

    `run` names this start of the demo: its visitors are new people.
    """
    rng = random.Random(run)
    visits: set[asyncio.Task[None]] = set()
    async with httpx.AsyncClient(timeout=10) as client:
        for number in range(MOST_VISITORS):
            name = f"live-{run}-{number}"
            visit = asyncio.create_task(_visit(LiveVisitor(client, urls, write_key, name, name), catalog))
            visits.add(visit)
            visit.add_done_callback(visits.discard)
            await asyncio.sleep(rng.expovariate(VISITORS_PER_S))
        await asyncio.gather(*visits)


async def _visit(visitor: LiveVisitor, catalog: Catalog) -> None:
    try:
        await visitor.visit(catalog)
    except (httpx.HTTPError, ValueError):
        return  # somebody killed a service to see what happens; the next visitor meets it again
