"""From conversions to shares: the job learns, the snapshot carries, the engager gives by it and says so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import redis

from services.analyzer.fits import FitPool
from services.analyzer.jobs.allocation import LARGE, draw_shares
from services.analyzer.reports.allocation import ArmInContext, Learner, draw_campaign
from services.engager.app import build_app as build_engager
from services.engager.decision.site import Candidate
from shared import keys
from shared.clock import DAY_MS, system_clock
from shared.ids import build_id_source
from shared.log.entry import Decisions, LoggedDecision
from shared.settings import EngagerSettings
from shared.snapshot.model import Campaign, decode_snapshot
from tests.integration.analyzer.conftest import Analyzer
from tests.integration.analyzer.test_admin import VARIANT
from tests.processes import wait_until

MINUTE = 60_000
MOBILE = {"device.type": "mobile", "session.is_first": True, "channel": "direct", "time.hour": 10}
DESKTOP = {"device.type": "desktop", "session.is_first": False, "channel": "email", "time.hour": 20}


async def create_campaign(analyzer: Analyzer, arms: str = "ab", **fields: Any) -> None:
    variants = [VARIANT | {"id": arm} for arm in arms]
    given = {"id": "c1", "name": "C", "status": "running", "allocation": "thompson", "variants": variants}
    await analyzer.post("/v1/campaigns", given | fields)


def fill(
    analyzer: Analyzer,
    arm: str,
    persons: int,
    bought: int,
    *,
    facts: dict[str, Any] | None = None,
    prefix: str = "",
    ago_ms: int = 8 * DAY_MS,
) -> None:
    """Log persons who were shown `arm`, of whom `bought` bought a minute later."""
    t = system_clock() - ago_ms
    decisions, messages = [], []
    for number in range(persons):
        person = f"{prefix}{arm}-{number}"
        candidates: list[Candidate] = [("c1", "served", arm, 0.5)]
        decisions.append(
            LoggedDecision(f"d-{person}", "shop", person, None, None, t, "page_view", "/", 1, candidates, facts or {})
        )
        about = {"campaign_id": "c1", "variant_id": arm}
        messages.append({"event": "Prompt Shown", "anonymousId": person, "properties": about, "ts": t + 1_000})
        if number < bought:
            order = {"event": "Order Completed", "properties": {"order_id": person, "revenue": 10}}
            messages.append(order | {"anonymousId": person, "ts": t + MINUTE})
    analyzer.log.append(0, Decisions(decisions))
    analyzer.log.send("shop", *messages)


async def learn(analyzer: Analyzer) -> dict[str, float]:
    await analyzer.catch_up()
    await analyzer.run_job("allocation")
    report = await analyzer.get("/v1/reports/allocation", campaign="c1")
    return {arm["id"]: arm["share"] for arm in report["arms"]}


async def load_campaign(analyzer: Analyzer, valkey_url: str) -> Campaign:
    """Return the campaign as it is published now."""
    await publish(analyzer)
    with redis.Redis.from_url(valkey_url) as client:
        raw = client.get(keys.SNAPSHOT)
    assert isinstance(raw, bytes)
    (site,) = decode_snapshot(raw).sites
    return next(one for one in site.campaigns if one.id == "c1")


async def publish(analyzer: Analyzer) -> int:
    """Return the version of the snapshot that stands once the control database's is published."""
    return await analyzer.state.publisher.publish()


@asynccontextmanager
async def run_engager(valkey_url: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Run an engager that reads what the analyzer published."""
    slow = 5_000
    app = build_engager(
        EngagerSettings(
            valkey_url=valkey_url,
            data_dir=folder,
            read_timeout_ms=slow,
            write_timeout_ms=slow,
            events_timeout_ms=slow,
        ),
        clock=system_clock,
        new_id=build_id_source(system_clock),
    )
    async with app.rest.router.lifespan_context(app.rest):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://engager") as client:
            yield client


async def test_the_better_variant_gets_more_and_the_decision_says_by_what_chance(
    analyzer: Analyzer, valkey_url: str, tmp_path: Path
) -> None:
    site = await analyzer.create_site()
    await create_campaign(analyzer, holdout=0.2)
    assert (await load_campaign(analyzer, valkey_url)).draws is None
    write_key = site["write_key"]
    async with run_engager(valkey_url, tmp_path / "engager") as client:

        async def ask(visitor: str) -> tuple[str, str]:
            answer = (await client.post("/v1/decide", json={"writeKey": write_key, "anonymousId": visitor})).json()
            arms = [prompt["variantId"] for prompt in answer["prompts"]] or ["holdout" for _ in answer["holdouts"]]
            return answer["decisionId"], arms[0]

        async def tell(decision_id: str) -> dict[str, Any]:
            # The engager logs its decisions in groups, a moment after it has answered.
            async def is_stored() -> bool:
                await analyzer.catch_up()
                return await analyzer.count(f"SELECT count(*) FROM decisions WHERE decision_id = '{decision_id}'") == 1

            await wait_until(is_stored, "the decision in the store")
            decision = await analyzer.get(f"/v1/decisions/{decision_id}")
            return dict(decision["candidates"][0])

        before = {f"v{number}": await ask(f"v{number}") for number in range(200)}
        for arm, chance in (("a", 0.4), ("b", 0.4), ("holdout", 0.2)):
            decision_id = next(given[0] for given in before.values() if given[1] == arm)
            told = await tell(decision_id)
            assert told["propensity"] == pytest.approx(chance)
            assert told["variant_id"] == (None if arm == "holdout" else arm)
        fill(analyzer, "a", 300, 15)
        fill(analyzer, "b", 300, 90)
        shares = await learn(analyzer)
        assert shares == {"a": pytest.approx(0.025), "b": pytest.approx(0.975)}

        async def is_taken_up() -> bool:
            return bool((await ask_new())["propensity"] == pytest.approx(0.78))

        number = 0

        async def ask_new() -> dict[str, Any]:
            nonlocal number
            number += 1
            return await tell((await ask(f"w{number}"))[0])

        await wait_until(is_taken_up, "a decision by the new shares")
        after = [(await ask(f"x{number}"))[1] for number in range(200)]
        assert after.count("b") > 130 and after.count("holdout") > 20 and after.count("a") < 15
        # Who was given a variant before keeps it, and the chance it was given by.
        for visitor, (_, arm) in before.items():
            assert (await ask(visitor))[1] == arm
        first_a = next(visitor for visitor, given in before.items() if given[1] == "a")
        again = await tell((await ask(first_a))[0])
        assert (again["outcome"], again["propensity"]) == ("repeated", pytest.approx(0.4))


async def test_contexts_are_learnt_from_the_facts_that_decisions_were_made_by(
    analyzer: Analyzer, valkey_url: str
) -> None:
    await analyzer.create_site()
    await create_campaign(analyzer, allocation="contextual")
    for prefix, facts, better in (("m", MOBILE, "a"), ("d", DESKTOP, "b")):
        for arm in "ab":
            fill(analyzer, arm, 200, 60 if arm == better else 8, facts=facts, prefix=prefix)
    await learn(analyzer)
    report = await analyzer.get("/v1/reports/allocation", campaign="c1")
    found = {
        context["context"][0]: {share["id"]: share["share"] for share in context["shares"]}
        for context in report["contexts"]
    }
    assert found["device.type=mobile"]["a"] > 0.9 and found["device.type=desktop"]["b"] > 0.9
    assert report["contexts"][0]["context"][1:] in (
        ["visit=first", "channel=direct", "daypart=morning"],
        ["visit=returning", "channel=message", "daypart=evening"],
    )
    assert report["sample_sizes"] == {"persons": 800, "contexts": 2} and report["reasons"] == {}
    draws = (await load_campaign(analyzer, valkey_url)).draws
    assert draws is not None and draws.arms == ("a", "b") and len(draws.values) == 2 * 17 * 256 * 4 - 2 * 256 * 4


async def test_runs_repeat_themselves_and_publish_only_what_changed(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    await create_campaign(analyzer)
    fill(analyzer, "a", 50, 5)
    fill(analyzer, "b", 50, 9)
    first = await learn(analyzer)
    version = await publish(analyzer)
    assert await learn(analyzer) == first
    assert await publish(analyzer) == version
    # Seen in both arms: set aside. Held out or of an unknown variant: not counted.
    fill(analyzer, "a", 5, 5, prefix="two-")
    t = system_clock() - 8 * DAY_MS
    about = {"campaign_id": "c1", "variant_id": "b"}
    two = [{"event": "Prompt Shown", "anonymousId": f"two-a-{n}", "properties": about, "ts": t} for n in range(5)]
    gone = {"event": "Prompt Shown", "properties": about | {"variant_id": "z"}, "anonymousId": "gone", "ts": t}
    held = {"event": "Prompt Withheld", "properties": {"campaign_id": "c1"}, "anonymousId": "held", "ts": t}
    analyzer.log.send("shop", *two, gone, held)
    assert await learn(analyzer) == first


async def test_open_windows_count_in_part(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    await create_campaign(analyzer)
    for arm in "ab":
        fill(analyzer, arm, 100, 20)
        fill(analyzer, arm, 40, 0, prefix="new-", ago_ms=30_000)
        fill(analyzer, arm, 40, 0, prefix="old-", ago_ms=DAY_MS)
    await learn(analyzer)
    report = await analyzer.get("/v1/reports/allocation", campaign="c1")
    for arm in report["arms"]:
        assert (arm["persons"], arm["converted"]) == (180, 20)
        # All conversions came within a minute: a day old is as good as closed, half a minute is not.
        assert 140 <= arm["trials"] < 165


async def test_without_anything_learnt_shares_go_by_weight_with_a_reason(analyzer: Analyzer) -> None:
    await analyzer.create_site("other")
    await create_campaign(analyzer)
    await analyzer.create_site()
    await analyzer.get("/v1/reports/allocation", campaign="c1", expect=404)
    variants = [VARIANT | {"id": "a", "weight": 3}, VARIANT | {"id": "b"}, VARIANT | {"id": "off", "weight": 0}]
    await create_campaign(analyzer, variants=variants)

    async def ask() -> tuple[dict[str, float], str]:
        report = await analyzer.get("/v1/reports/allocation", campaign="c1")
        return {arm["id"]: arm["share"] for arm in report["arms"]}, report["reasons"]["shares"]

    assert await ask() == ({"a": 0.75, "b": 0.25}, "not_learnt_yet")
    await analyzer.run_job("allocation")
    assert await ask() == ({"a": 0.75, "b": 0.25}, "no_persons")
    for changed, reason in (
        ({"status": "draft"}, "not_running"),
        ({"allocation": "even"}, "by_weight"),
        ({"allocation": "thompson", "variants": variants[:1]}, "one_variant"),
        ({"variants": [VARIANT | {"id": f"v{n}"} for n in range(21)]}, "too_many_variants"),
    ):
        version = (await analyzer.get("/v1/campaigns/c1"))["version"]
        await analyzer.call("PATCH", "/v1/campaigns/c1", {"version": version, **changed})
        assert (await ask())[1] == reason
        await analyzer.run_job("allocation")
    await analyzer.get("/v1/reports/allocation", expect=422)


async def test_a_campaign_that_ends_or_goes_leaves_no_draws(analyzer: Analyzer, valkey_url: str) -> None:
    await analyzer.create_site()
    await create_campaign(analyzer)
    fill(analyzer, "a", 50, 5)
    await learn(analyzer)
    assert (await load_campaign(analyzer, valkey_url)).draws is not None
    version = (await analyzer.get("/v1/campaigns/c1"))["version"]
    await analyzer.call("PATCH", "/v1/campaigns/c1", {"version": version, "status": "draft"})
    await analyzer.run_job("allocation")
    assert (await load_campaign(analyzer, valkey_url)).draws is None


async def test_variants_are_compared_by_the_chances_that_they_were_given_by(analyzer: Analyzer) -> None:
    await analyzer.create_site(currency="USD")
    await create_campaign(analyzer, holdout=0.2)
    t = system_clock() - 8 * DAY_MS
    decisions, messages = [], []
    # Two seasons: the second converts better and gives nearly everybody b. Neither variant does anything.
    for season, chances, share in (("low", {"a": 0.4, "b": 0.4}, 0.1), ("high", {"a": 0.08, "b": 0.72}, 0.5)):
        for arm, chance in ({"holdout": 0.2} | chances).items():
            persons = round(1_000 * chance)
            for number in range(persons):
                person, is_held = f"{season}-{arm}-{number}", arm == "holdout"
                row: Candidate = ("c1", "holdout" if is_held else "served", None if is_held else arm, chance)
                decisions.append(
                    LoggedDecision(f"d-{person}", "shop", person, None, None, t, "page_view", "/", 1, [row], {})
                )
                about = {"campaign_id": "c1"} | ({} if is_held else {"variant_id": arm})
                event = "Prompt Withheld" if is_held else "Prompt Shown"
                messages.append({"event": event, "anonymousId": person, "properties": about, "ts": t + 1_000})
                if number < persons * share:
                    order = {"event": "Order Completed", "properties": {"order_id": person, "revenue": 10}}
                    messages.append(order | {"anonymousId": person, "ts": t + MINUTE})
    analyzer.log.append(0, Decisions(decisions))
    analyzer.log.send("shop", *messages)
    await analyzer.catch_up()
    report = await analyzer.get("/v1/reports/campaigns/c1")
    assert report["srm_p"] is None and report["reasons"]["srm_p"] == "weights_not_fixed"
    assert report["assumptions"][-1] == "variants_weighed_by_their_chances"
    assert [one["id"] for one in report["by_variant"]] == ["a", "b"]
    for one in report["by_variant"]:
        assert one["uplift"]["estimate"] == pytest.approx(0, abs=1e-9) and one["uplift"]["chance_to_win"] is None
        assert one["value_uplift"]["estimate"] == pytest.approx(0, abs=1e-9)
        assert one["uplift"]["always_valid_low"] < one["uplift"]["ci_low"] < 0 < one["uplift"]["ci_high"]
        assert one["uplift"]["control_persons"] == 400 and one["reasons"] == {}
    assert report["uplift"]["estimate"] == pytest.approx(0, abs=1e-9)


async def test_forgotten_people_and_other_sites_teach_nothing(analyzer: Analyzer) -> None:
    await analyzer.create_site("other")
    await create_campaign(analyzer)
    others_key = analyzer.key
    await analyzer.create_site()
    await create_campaign(analyzer)
    fill(analyzer, "a", 20, 4)
    fill(analyzer, "b", 20, 10)

    async def count() -> dict[str, tuple[int, int]]:
        await learn(analyzer)
        report = await analyzer.get("/v1/reports/allocation", campaign="c1")
        return {arm["id"]: (arm["persons"], arm["converted"]) for arm in report["arms"]}

    assert await count() == {"a": (20, 4), "b": (20, 10)}
    await analyzer.post("/v1/forget", {"visitor": "b-0"})
    assert await count() == {"a": (20, 4), "b": (19, 9)}
    analyzer.key = others_key
    assert await count() == {"a": (0, 0), "b": (0, 0)}


async def test_many_contexts_are_drawn_in_another_process_and_come_out_alike() -> None:
    cells = list(product((1, 2, 3, 4), (5, 6), (7, 8, 9, 10, 11), (12, 13, 14, 15)))
    counts = [
        ArmInContext(arm, cell, 200, 10 + (place + len(cells) * number) % 7, 200.0)
        for number, arm in enumerate("abcdefgh")
        for place, cell in enumerate(cells)
    ]
    learner = Learner("c", "contextual", tuple("abcdefgh"), (1.0,) * 8, None)
    assert len(counts) * len(learner.arms) > LARGE
    fits = FitPool(1)
    found = await draw_shares(fits, "shop", learner, counts)
    fits.close()
    expected = draw_campaign("shop", learner, counts)
    assert found is not None and expected is not None
    assert (found.arms, found.columns) == (expected.arms, expected.columns)
    assert np.frombuffer(found.values, "<f4") == pytest.approx(np.frombuffer(expected.values, "<f4"), abs=1e-4)
