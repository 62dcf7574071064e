"""The demo shop in a real browser: what it sells is told by Segment's names, and one order is one order."""

import threading
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Page, expect

from examples.shop.pages import Tag
from examples.shop.server import build_app
from tests.e2e.sdk.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def shop(site: Site) -> Iterator[str]:
    """The shop with its beacons going to the recording site."""
    app = build_app(Tag(site.collector, site.collector, "wk_test"))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    site.wait(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_from_the_list_to_one_order(site: Site, shop: str, page: Page) -> None:
    page.goto(f"{shop}/products")
    page.get_by_role("link", name="Asatsuyu Sencha").click()
    page.get_by_label("Quantity").select_option("2")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("status").get_by_role("link").click()
    page.get_by_role("button", name="One more").click()
    page.get_by_role("link", name="Check out").click()
    page.get_by_label("Name").fill("Hana")
    page.get_by_label("Email").fill("Hana@Example.com")
    page.get_by_label("Address").fill("1 Tea Street")
    page.get_by_role("button", name="Place the order").click()
    page.wait_for_url("**/thanks")
    [order] = site.wait_for("Order Completed")
    page.reload()
    site.wait_for("page", 6)
    assert len(site.messages("Order Completed")) == 1
    properties = order["properties"]
    assert properties["order_id"] == page.inner_text("#order")
    assert (properties["revenue"], properties["currency"], properties["total"]) == (4860, "JPY", 5360)
    [line] = properties["products"]
    assert (line["product_id"], line["quantity"], line["price"]) == ("sencha-asatsuyu", 3, 1620)
    assert order["userId"] == "hana@example.com"
    told = [name for name in site.names() if name not in ("page", "identify")]
    assert told == [
        "Product List Viewed",
        "Product Viewed",
        "Product Added",
        "Cart Viewed",
        "Product Added",
        "Checkout Started",
        "Order Completed",
    ]
    [viewed] = site.messages("Product Viewed")
    assert (
        viewed["properties"].items()
        >= {
            "product_id": "sencha-asatsuyu",
            "name": "Asatsuyu Sencha",
            "category": "green",
            "brand": "Asagiri",
            "price": 1620,
            "currency": "JPY",
            "image_url": f"{shop}/static/img/sencha-asatsuyu.svg",
            "url": f"{shop}/products/sencha-asatsuyu",
        }.items()
    )


def test_the_language_can_be_changed_and_stays(site: Site, shop: str, page: Page) -> None:
    page.goto(f"{shop}/products/sencha-asatsuyu")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="日本語").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("煎茶 あさつゆ")
    page.get_by_role("link", name="お茶", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    assert "lang=" not in page.url
    assert page.goto(f"{shop}/nowhere").status == 404  # type: ignore[union-attr]


def test_nothing_sticks_out_on_a_phone(site: Site, shop: str, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/", "/products", "/products/gift-asagiri", "/cart", "/checkout", "/thanks"):
        page.goto(shop + path)
        if path.endswith("asagiri"):
            page.get_by_role("button", name="Add to cart").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_a_removed_product_is_told(site: Site, shop: str, page: Page) -> None:
    page.goto(f"{shop}/products/kyusu-sumi")
    page.get_by_role("button", name="Add to cart").click()
    page.goto(f"{shop}/cart")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Your cart is empty")).to_be_visible()
    [removed] = site.wait_for("Product Removed")
    assert (removed["properties"]["product_id"], removed["properties"]["quantity"]) == ("kyusu-sumi", 1)
