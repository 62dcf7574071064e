"""Serves the shop: pages, pictures, the films and the stream.

Must never keep anything about a visitor: the cart lives in the browser, the language in a cookie.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from examples.shop.broadcasting import build_stream_routes
from examples.shop.catalogue import SHOP, load_broadcast, load_catalogue, load_clips, load_film
from examples.shop.pages import Pages, Tag
from examples.shop.wording import Language
from examples.shop.you import Analyzer, UnknownBrowserError, describe_browser

MEDIA = SHOP / "media"
YEAR_S = 365 * 24 * 3600


def choose_language(asked: str | None, remembered: str | None, accepted: str) -> Language:
    """Return the language asked for, else remembered, else the first known one that the browser accepts."""
    wishes = [asked, remembered, *(part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    for wish in wishes:
        if wish == "ja":
            return "ja"
        if wish == "en":
            return "en"
    return "en"


def build_app(tag: Tag, analyzer: Analyzer | None = None, now: Callable[[], float] = time.time) -> Starlette:
    """Return the shop with this tag on every page; with an analyzer it can tell browsers what is known of them.

    `now` (seconds since the epoch) says what is on air.
    """
    catalogue, film, clips, broadcast = load_catalogue(), load_film(), load_clips(), load_broadcast()
    playable = {film.file, film.poster, *(name for clip in clips for name in (clip.file, clip.poster))}
    shelves = {category.id for category in catalogue.categories}
    products = {product.id: product for product in catalogue.products}

    def pages(request: Request) -> Pages:
        asked, remembered = request.query_params.get("lang"), request.cookies.get("lang")
        language = choose_language(asked, remembered, request.headers.get("accept-language", ""))
        return Pages(catalogue, film, clips, broadcast, tag, language)

    def answer(request: Request, html: str, status: int = 200) -> Response:
        asked = request.query_params.get("lang")
        if asked in ("ja", "en"):
            # The address goes back to what it was, so that a choice of language is no page of its own.
            response: Response = RedirectResponse(str(request.url.remove_query_params("lang")), 303)
            response.set_cookie("lang", asked, max_age=YEAR_S, samesite="lax")
            return response
        return HTMLResponse(html, status, headers={"cache-control": "no-cache", "vary": "accept-language, cookie"})

    async def home(request: Request) -> Response:
        return answer(request, pages(request).home())

    async def show_list(request: Request) -> Response:
        category = request.query_params.get("category")
        return answer(request, pages(request).products(category if category in shelves else None))

    async def show_product(request: Request) -> Response:
        product = products.get(request.path_params["product"])
        if product is None:
            return answer(request, pages(request).missing(), 404)
        return answer(request, pages(request).product(product))

    async def live(request: Request) -> Response:
        return answer(request, pages(request).stage("live"))

    async def archive(request: Request) -> Response:
        return answer(request, pages(request).stage("archive"))

    async def cart(request: Request) -> Response:
        return answer(request, pages(request).cart())

    async def checkout(request: Request) -> Response:
        return answer(request, pages(request).checkout())

    async def thanks(request: Request) -> Response:
        return answer(request, pages(request).thanks())

    async def you(request: Request) -> Response:
        return answer(request, pages(request).you(is_known=analyzer is not None))

    async def tell_browser(request: Request) -> Response:
        if analyzer is None:
            return JSONResponse({"code": "not_offered"}, 404)
        try:
            seen = await describe_browser(analyzer, request.state.client, request.query_params.get("id", ""))
        except UnknownBrowserError:
            return JSONResponse({"code": "not_known"}, 404, headers={"cache-control": "no-store"})
        return JSONResponse(seen, headers={"cache-control": "no-store"})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
        async with httpx.AsyncClient() as client:
            yield {"client": client}

    async def missing(request: Request, _: Exception) -> Response:
        return answer(request, pages(request).missing(), 404)

    async def media(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in playable or not (MEDIA / name).exists():
            return Response(status_code=404)
        return FileResponse(MEDIA / name, headers={"cache-control": "public, max-age=300"})

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/", home),
            Route("/products", show_list),
            Route("/products/{product}", show_product),
            Route("/live", live),
            Route("/live/archive", archive),
            Route("/cart", cart),
            Route("/checkout", checkout),
            Route("/thanks", thanks),
            Route("/you", you),
            Route("/api/you", tell_browser),
            *build_stream_routes(film, broadcast, now),
            Route("/media/{name}", media),
            Route("/healthz", healthz),
            Mount("/static", StaticFiles(directory=SHOP / "static")),
        ],
        exception_handlers={404: missing},
        lifespan=lifespan,
    )
