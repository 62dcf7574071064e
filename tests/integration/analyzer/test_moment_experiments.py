"""A found moment and the prompt that sends people to it: both figures in one report, and whether they agree."""

from typing import Any

import numpy as np

from shared.clock import system_clock
from tests.integration.analyzer.conftest import Analyzer
from tests.integration.analyzer.test_moments_adjusted import DAY, PLANTED, VIEWERS, log_viewers
from tests.simulation.viewers import Scenario, simulate_viewers


def build_variant(name: str, start_at: float) -> dict[str, Any]:
    content = {"title": "Look", "video": {"id": "film", "start_at": start_at, "src": "https://cdn.example/film.mp4"}}
    return {"id": name, "kind": "video", "content": content}


def tell_prompts(campaign: str, variants: list[str], *, rates: tuple[float, float]) -> list[dict[str, Any]]:
    """Return what 400 persons an arm did: every second one clicked, and `rates` of them bought, served or not."""
    messages: list[dict[str, Any]] = []
    at = system_clock() - 3 * DAY
    for arm, rate in [*((name, rates[0]) for name in variants), ("", rates[1])]:
        for number in range(400):
            person, fields = f"{campaign}-{arm}-{number}", {"campaign_id": campaign}
            fields |= {"variant_id": arm} if arm else {}
            events: list[tuple[str, dict[str, str]]] = [("Prompt Shown" if arm else "Prompt Withheld", fields)]
            events += [("Prompt Clicked", fields)] if arm and number % 2 else []
            events += [("Order Completed", {"order_id": person})] if number < 400 * rate else []
            messages += [
                {"event": event, "anonymousId": person, "properties": properties, "ts": at + turn}
                for turn, (event, properties) in enumerate(events)
            ]
    return messages


async def test_both_figures_stand_side_by_side(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    scenario = Scenario(viewers=VIEWERS, duration=90, plants=(PLANTED,))
    log_viewers(analyzer, simulate_viewers(scenario, np.random.default_rng(4)).sample, exact=True)
    await analyzer.run_job("moments")
    before = await analyzer.get("/v1/reports/moments", video="film")
    assert before["experiments"] == []
    start_at = before["recommendation"]["start_at"]
    stretch = next(place for place, one in enumerate(before["moments"]) if one["start"] == start_at)
    campaigns = {
        "good": [build_variant("a", start_at - 5)],
        "bad": [build_variant("a", start_at), build_variant("b", 89.5)],
        "other": [build_variant("a", start_at) | {"kind": "popup", "content": {"title": "No video"}}],
    }
    for campaign, variants in campaigns.items():
        fields = {"id": campaign, "name": campaign.title(), "holdout": 0.5, "variants": variants}
        await analyzer.post("/v1/campaigns", fields)
    analyzer.log.send("shop", *tell_prompts("good", ["a"], rates=(0.4, 0.1)))
    analyzer.log.send("shop", *tell_prompts("bad", ["a", "b"], rates=(0.05, 0.3)))
    await analyzer.catch_up()
    report = await analyzer.get("/v1/reports/moments", video="film")
    assert report["moments"] == before["moments"], "the estimate stays as it was"
    rows = {(row["campaign"], row["variant"]): row for row in report["experiments"]}
    assert set(rows) == {("good", None), ("bad", "a"), ("bad", "b")}
    good, bad, elsewhere = rows["good", None], rows["bad", "a"], rows["bad", "b"]
    assert (good["stretch"], good["agreement"], good["triggered"], good["withheld"]) == (stretch, "agrees", 400, 400)
    assert abs(good["uplift"]["estimate"] - 0.3) < 1e-9 and good["uplift"]["always_valid_low"] > 0
    assert good["share_clicked"] == 0.5
    assert abs(good["expected"]["estimate"] - report["moments"][stretch]["effect"] / 2) < 1e-12
    assert (bad["stretch"], bad["agreement"], bad["triggered"]) == (stretch, "disagrees", 400)
    assert "disagrees" in bad["words"]["en"] and "違う" in bad["words"]["ja"]
    assert elsewhere["stretch"] is None and elsewhere["reasons"]["agreement"] == "no_stretch"
    await analyzer.run_job("experiments")
    stored = await analyzer.get("/v1/reports/moments", video="film")
    assert [row["agreement"] for row in stored["experiments"]] == ["disagrees", None, "agrees"]
    past = await analyzer.get("/v1/reports/moments", video="film", to="2020-01-01")
    assert {row["agreement"] for row in past["experiments"]} <= {None, "too_early"}


async def test_another_sites_prompts_are_none_of_this_video(analyzer: Analyzer) -> None:
    await analyzer.create_site("other")
    await analyzer.post("/v1/campaigns", {"id": "x", "name": "X", "holdout": 0.5, "variants": [build_variant("a", 1)]})
    await analyzer.create_site()
    await analyzer.post("/v1/videos", {"id": "film", "title": "Film"})
    assert (await analyzer.get("/v1/reports/moments", video="film"))["experiments"] == []
    await analyzer.post("/v1/campaigns", {"id": "y", "name": "Y", "variants": [build_variant("a", 1)]})
    (row,) = (await analyzer.get("/v1/reports/moments", video="film"))["experiments"]
    assert (row["campaign"], row["uplift"], row["stretch"]) == ("y", None, None)
    assert row["reasons"]["uplift"] == "no_holdout"
    await analyzer.get("/v1/reports/moments", video="nothing", expect=404)
