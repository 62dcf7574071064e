"""What a month of visitors does: arrives, looks, watches, hesitates or buys, comes back.

Pure and seeded: the same seed gives the same messages with the same ids, so sending them twice counts them once.
Intent is hidden: it moves behaviour before, during and after the video. One scene moves the purchase by itself: in the
film and the recording the pouring, on air the colour of the cup, while the host answers what people ask.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from examples.shop.visitors.catalog import Catalog
from examples.shop.visitors.playback import Playback
from examples.shop.visitors.prompting import meet_prompt
from examples.shop.visitors.viewing import Viewing
from examples.shop.visitors.visit import (
    ARRIVALS,
    BOT_AGENT,
    DESKTOPS,
    PHONES,
    RETURNS,
    Person,
    Visit,
    describe,
)
from examples.shop.visitors.watching import click_product, watch_broadcast, watch_clip, watch_film

DAY_S = 86_400.0
PLANTED_SCENE = "pour"
LIVE_SCENE = "colour"
PLANTED_LOGIT = 1.2
"""What watching the planted scene adds to the log odds of buying: +7 points for middling intent, more if eager."""
BROADCAST_LOGIT = 1.7
"""The same for the broadcast and its recording, which fewer people watch."""
BASE_LOGIT = -3.3
BROADCAST_DAYS = (3, 7, 10, 14, 17, 21, 24, 28)
BROADCAST_HOUR = 12
"""In UTC: nine in the evening in Tokyo."""
LIVE_SHARE, ARCHIVE_SHARE = 0.22, 0.16
QUERIES = ("煎茶", "抹茶", "急須", "ギフト", "ほうじ茶", "sencha", "gift")


@dataclass
class _Mind:
    """What a person has seen so far and what it did to them."""

    pull: float = 0.0
    """What videos, prompts and bad playback add to the log odds of buying."""
    has_viewed: bool = False
    has_pulled: bool = False
    purchases: int = 0

    def see(self, catalog: Catalog, scene: str, logit: float, viewing: Viewing, playback: Playback) -> None:
        """Remember a view; half of this scene adds `logit`, once."""
        self.has_viewed = True
        planted = next(row for row in catalog.scenes if row.id == scene)
        if viewing.watched(planted.start, planted.end) and not self.has_pulled:
            self.pull += logit
            self.has_pulled = True
        self.pull -= 0.5 * playback.annoyance


def _buy(visit: Visit) -> None:
    """Tell a purchase, from the product to the order."""
    rng = visit.rng
    product = rng.choice(visit.person.favourites)
    visit.look_at(product)
    quantity = rng.choice((1, 1, 1, 2, 3))
    visit.add(product, quantity)
    line = {**describe(product), "quantity": quantity}
    visit.open("/cart")
    visit.say("track", "Cart Viewed", {"products": [line], "currency": "JPY"})
    visit.wait(10, 60)
    visit.open("/checkout")
    visit.say("track", "Checkout Started", {"value": product.price * quantity, "currency": "JPY"})
    visit.wait(40, 200)
    if visit.user is None:
        visit.user = f"member-{visit.person.visitor}"
        visit.say("identify", None, {}, traits={"member": True})
    order = {"order_id": f"order-{visit.session}", "revenue": product.price * quantity, "currency": "JPY"}
    visit.say("track", "Order Completed", {**order, "products": [line]})
    visit.open("/thanks")
    if rng.random() < 0.04:
        visit.at += rng.uniform(1, 4) * DAY_S
        part = {"revenue": product.price} if quantity > 1 else {}
        visit.say("track", "Order Refunded", {"order_id": order["order_id"], **part})


def _browse(visit: Visit, catalog: Catalog, count: int) -> None:
    """Look around: along a shelf, by a search, at one product after the other."""
    rng = visit.rng
    if count and rng.random() < 0.3:
        visit.list_products("all")
    if count and rng.random() < 0.12 + 0.05 * max(0.0, visit.person.intent):
        visit.search(rng.choice(QUERIES))
    for _ in range(count):
        shelf = visit.person.favourites if rng.random() < 0.5 else catalog.products
        visit.look_at(rng.choice(shelf))


def _hesitate(visit: Visit) -> float:
    """Go back and forth between two products, and meet the prompt for it; returns what that does to the odds."""
    rng = visit.rng
    first, second = visit.person.favourites[:2]
    for turn in range(rng.randrange(4, 8)):
        visit.look_at(first if turn % 2 == 0 else second, 5, 40)
    if rng.random() < 0.4:
        visit.add(first)
        visit.open("/cart")
        visit.say("track", "Cart Viewed", {"products": [describe(first)], "currency": "JPY"})
        visit.wait(10, 40)
    return meet_prompt(visit)


def _wander(visit: Visit, catalog: Catalog) -> None:
    """Drift through the shop after a video, shelf by shelf, and find nothing."""
    for _ in range(visit.rng.randrange(2, 5)):
        visit.list_products(visit.rng.choice(catalog.products).category)
        visit.look_at(visit.rng.choice(catalog.products), 4, 20)


def _see_clips(visit: Visit, catalog: Catalog, mind: _Mind) -> None:
    """Tap a clip or two of the strip on the home page; some follow it to its product."""
    rng = visit.rng
    visit.open("/")
    for clip in catalog.clips[: 1 + (rng.random() < 0.55) + (rng.random() < 0.3)]:
        viewing = watch_clip(visit, clip)
        if viewing.ranges and rng.random() < 0.07 * math.exp(0.4 * visit.person.intent):
            click_product(visit, clip.video, viewing.ranges[-1][1], clip.product)
            product = next(row for row in catalog.products if row.id == clip.product)
            visit.look_at(product)
            mind.pull += 0.3
            return
        visit.wait(0.5, 3)


def _decide(visit: Visit, catalog: Catalog, mind: _Mind, number: int) -> None:
    """End the visit: with a purchase, in doubt, drifting, or just so."""
    rng, intent = visit.rng, visit.person.intent
    logit = BASE_LOGIT + 0.75 * intent + mind.pull + 0.35 * number + 0.9 * min(2, mind.purchases)
    is_torn = rng.random() < 0.14
    if is_torn:
        logit += _hesitate(visit) - 0.6
    if rng.random() < 1 / (1 + math.exp(-logit)):
        visit.wait(20, 240)
        _buy(visit)
        mind.purchases += 1
    elif mind.has_viewed and not is_torn:
        if rng.random() < 0.28:
            _wander(visit, catalog)
        else:
            _browse(visit, catalog, _draw_count(rng, 1.6 - 0.2 * intent))


def _find_broadcast(rng: random.Random, start_s: float, end_s: float) -> float | None:
    """Return when one of the month's broadcasts began."""
    days = [day for day in BROADCAST_DAYS if start_s + (day + 1) * DAY_S < end_s]
    midnight = start_s - start_s % DAY_S
    return midnight + rng.choice(days) * DAY_S + BROADCAST_HOUR * 3600 if days else None


def _make_person(number: int, catalog: Catalog, rng: random.Random, intent: float, seed: int) -> Person:
    is_on_phone = rng.random() < 0.62
    agent = BOT_AGENT if rng.random() < 0.01 else rng.choice(PHONES if is_on_phone else DESKTOPS)
    favourites = tuple(rng.sample(catalog.products, k=min(3, len(catalog.products))))
    locale = "ja-JP" if rng.random() < 0.86 else "en-GB"
    return Person(f"demo-{seed}-{number}", intent, agent, is_on_phone, locale, favourites)


def tell_visitor(number: int, catalog: Catalog, *, seed: int, start_s: float, end_s: float) -> list[dict[str, Any]]:
    """Return every message of one visitor; `at` is seconds since the epoch, messages past `end_s` are left out."""
    rng = random.Random(f"{seed}/{number}")
    arrival = rng.choices(ARRIVALS, [way.share for way in ARRIVALS])[0]
    person = _make_person(number, catalog, rng, rng.gauss(arrival.intent, 1), seed)
    day = rng.uniform(0, (end_s - start_s) / DAY_S)
    # People shop in the evening: the hour is drawn around 21:00 in Tokyo (12:00 UTC).
    at = start_s + int(day) * DAY_S + (rng.gauss(12, 4.5) % 24) * 3600
    style = rng.random()
    on_air = _find_broadcast(rng, start_s, end_s) if style < LIVE_SHARE else None
    mind, user = _Mind(), None
    messages: list[dict[str, Any]] = []
    visits = 1 + (rng.random() < 0.3 + 0.1 * person.intent) + (rng.random() < 0.12)
    visit_number = 0
    while visit_number < visits:
        way = arrival if visit_number == 0 else rng.choice(RETURNS)
        session = f"{person.visitor}-s{visit_number}"
        is_live = on_air is not None and visit_number == 0
        begins = on_air + rng.uniform(-20, 45) if is_live and on_air is not None else at
        visit = Visit(person, session, begins, way, random.Random(f"{seed}/{number}/{visit_number}"), user)
        visit.open("/")
        visit.wait(3, 25)
        _attend(
            visit, catalog, mind, is_live=is_live, is_for_recording=LIVE_SHARE <= style < LIVE_SHARE + ARCHIVE_SHARE
        )
        bought = mind.purchases
        _decide(visit, catalog, mind, visit_number)
        # Who has bought comes back more often: to the same tea, which is finished.
        visits += mind.purchases > bought and visit_number < 4 and rng.random() < 0.3
        user = visit.user
        messages += visit.messages
        at = visit.at + rng.expovariate(1 / (4 * DAY_S)) + 3600
        visit_number += 1
    return [message for message in messages if start_s <= message["at"] < end_s]


def _attend(visit: Visit, catalog: Catalog, mind: _Mind, *, is_live: bool, is_for_recording: bool) -> None:
    """Look around before, then watch what this visit is for, if anything."""
    if is_live:
        viewing, playback = watch_broadcast(visit, catalog, is_live=True)
        mind.see(catalog, LIVE_SCENE, BROADCAST_LOGIT, viewing, playback)
        if viewing.ranges and visit.rng.random() < 0.1:
            click_product(visit, catalog.broadcast, viewing.ranges[-1][1], visit.person.favourites[0].id)
        return
    _browse(visit, catalog, _draw_count(visit.rng, 0.7 + 0.4 * visit.person.intent))
    if visit.rng.random() < 0.3:
        _see_clips(visit, catalog, mind)
    if visit.rng.random() < (0.1 if mind.has_viewed else 0.58):
        if is_for_recording:
            viewing, playback = watch_broadcast(visit, catalog, is_live=False)
        else:
            viewing, playback = watch_film(visit, catalog)
        logit = BROADCAST_LOGIT if is_for_recording else PLANTED_LOGIT
        mind.see(catalog, PLANTED_SCENE, logit, viewing, playback)


def _draw_count(rng: random.Random, mean: float) -> int:
    """Return a small count of about this mean (geometric)."""
    mean = max(0.1, mean)
    return min(12, int(math.log(1 - rng.random()) / math.log(mean / (1 + mean))))


def tell_month(catalog: Catalog, *, visitors: int, seed: int, start_s: float, end_s: float) -> Iterator[dict[str, Any]]:
    """Yield the messages of all visitors, one visitor after the other."""
    for number in range(visitors):
        yield from tell_visitor(number, catalog, seed=seed, start_s=start_s, end_s=end_s)
