"""What a profile keeps of interest in products and brands: bounded, order of arrival free, gone once bought."""

from typing import Any

import msgspec
import pytest

from services.engager.profiles.interest import MOST_BRANDS, MOST_PRODUCTS, decode_interests, merge_interests
from services.engager.profiles.person import build_person
from services.engager.profiles.state import State, decode_state, encode_state
from services.engager.profiles.view import LiveView, SiteTerms
from shared.clock import DAY_MS, HOUR_MS
from shared.log.entry import LoggedMessage
from shared.rules.interest import BrandModel, compile_brands
from tests.property.histories import NOW, World

BRANDS = compile_brands(BrandModel(similar={"acme": [("zen", 0.6)]}, brand_of={"imported": "acme"}))


def act(number: int, event: str, ago: int = 0, **properties: Any) -> LoggedMessage:
    body = {"type": "track", "event": event, "anonymousId": "v1", "properties": properties}
    return LoggedMessage(f"m{number:04}", NOW - ago, None, msgspec.json.encode(body))


def view(*messages: LoggedMessage, now: int = NOW) -> LiveView:
    world = World()
    world.log(list(messages))
    return LiveView(build_person("v1", world.load(False, "v1"), [], None), SiteTerms(brands=BRANDS), now)


def test_acts_weigh_differently_and_the_product_they_single_out_is_of_interest() -> None:
    views = [act(number, "Product Viewed", HOUR_MS, product_id="pot") for number in range(3)]
    assert view(*views).product_of_interest == "pot"
    assert view(*views, act(9, "Video Product Clicked", product_id="cup")).product_of_interest == "pot"
    assert view(*views, act(9, "Product Added", product_id="cup")).product_of_interest is None
    assert view(*views, act(9, "Inquiry", product_id="cup")).product_of_interest == "cup"
    assert view(act(1, "Signed", product_id="cup")).product_of_interest is None


def test_interest_fades_until_nothing_is_of_interest() -> None:
    once = act(1, "Product Viewed", product_id="pot")
    assert view(once, now=NOW + 13 * DAY_MS).product_of_interest == "pot"
    assert view(once, now=NOW + 15 * DAY_MS).product_of_interest is None


def test_a_purchase_takes_the_product_out_and_raises_its_brand_and_those_like_it() -> None:
    acts = [
        act(1, "Product Added", 3 * HOUR_MS, product_id="pot", brand="acme"),
        act(2, "Product Viewed", 2 * HOUR_MS, product_id="cup", brand="zen"),
    ]
    lines = [{"product_id": "pot", "brand": "acme"}, {"product_id": "lid", "brand": "acme"}, "?", {"quantity": 1}]
    order = act(3, "Order Completed", HOUR_MS, order_id="o1", products=lines)
    again = act(4, "Order Completed", order_id="o1", products=[{"product_id": "cup"}])
    before, after = view(*acts), view(*acts, order, again)
    assert (before.product_of_interest, after.product_of_interest) == ("pot", "cup")
    assert before.brand("acme") == pytest.approx(3, abs=0.1) and after.brand("acme") == pytest.approx(8, abs=0.1)
    assert after.brand("zen") == pytest.approx(1 + 0.3 * 8, abs=0.1) and after.brand("kin") == 0
    assert view(order, *acts).product_of_interest == "cup", "it is what happened, not how it arrived"


def test_an_imported_product_counts_for_its_brand() -> None:
    assert view(act(1, "Product Viewed", product_id="imported")).brand("acme") == 1
    assert view(act(1, "Product Viewed", product_id="unknown")).brand("acme") == 0


def test_what_is_kept_stays_bounded_and_the_heaviest_stays() -> None:
    strong = [act(0, "Inquiry", 2 * DAY_MS, product_id="pot", brand="acme")]
    passing = [
        act(number, "Product Viewed", DAY_MS - number, product_id=f"p{number}", brand=f"b{number}" * (number % 2))
        for number in range(1, 120)
    ]
    world = World()
    world.log([*strong, *passing])
    profile = world.load(False, "v1")
    kept = decode_interests(profile.history.head.interests)
    assert len(kept.products) == MOST_PRODUCTS and len(kept.brands) == len(kept.unbranded) == MOST_BRANDS
    assert LiveView(build_person("v1", profile, [], None), SiteTerms(), NOW).product_of_interest == "pot"


def test_merged_interests_add_up() -> None:
    def fold(*messages: LoggedMessage) -> bytes:
        world = World()
        world.log(list(messages))
        return world.load(False, "v1").history.head.interests

    early, late = act(1, "Product Viewed", DAY_MS, product_id="pot"), act(2, "Product Added", product_id="pot")
    merged, whole = merge_interests(fold(early), fold(late)), fold(early, late)
    assert decode_interests(merged).products["pot"] == pytest.approx(decode_interests(whole).products["pot"])
    assert merge_interests(b"", whole) == merge_interests(whole, b"") == whole


def test_a_state_stored_before_there_were_interests_can_be_read() -> None:
    fields = msgspec.msgpack.decode(encode_state(State()))
    assert decode_state(msgspec.msgpack.encode(fields[:-1])).interests == b""
