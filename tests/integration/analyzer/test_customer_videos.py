"""Videos made by customers: posted, released by the operator, then in the pool of prompts, and not before."""

from typing import Any

from services.analyzer.control.database import write_session
from services.analyzer.reports.stored import save_report
from shared.settings import AnalyzerSettings
from tests.integration.analyzer.conftest import Analyzer, open_test_analyzer
from tests.integration.analyzer.test_publish import load_snapshot
from tests.processes import wait_until

NOW = 1_782_864_000_000
DAY = 86_400_000
MOMENTS = {
    "recommendation": {"start_at": 40.0, "reason": {"en": "", "ja": ""}},
    "moments": [{"start": 40.0, "end": 60.0, "found": True}],
}


def act(person: str, event: str, days_ago: float, **properties: Any) -> dict[str, Any]:
    return {"event": event, "userId": person, "properties": properties, "ts": round(NOW - days_ago * DAY)}


def post(person: str, video: str, days_ago: float, **properties: Any) -> dict[str, Any]:
    return act(person, "Community Posted", days_ago, video_id=video, **properties)


def play(person: str, video: str, days_ago: float) -> dict[str, Any]:
    played = {"content_asset_id": video, "session_id": "v", "played": [[0, 30]], "total_length": 90}
    return act(person, "Video Playback Paused", days_ago, **played)


async def fill(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    src = "https://cdn.example/tea.mp4"
    analyzer.log.send(
        "shop",
        play("eve", "own", 9),
        post("ann", "tea", 8, title="My morning tea", src=src, product_id="pot"),
        post("bob", "tea", 7, title="Mine!", src="https://evil.example/tea.mp4"),
        post("bob", "own", 6, title="The shop's, posted later"),
        post("bob", "odd", 5, video_title=" ", title="\n", src="javascript:alert(1)"),
        act("bob", "Community Posted", 5, title="A post without a video"),
        play("eve", "tea", 2),
    )
    await analyzer.catch_up()
    await analyzer.run_job("videos")


async def release(analyzer: Analyzer, video: str, approved: bool | None, **options: Any) -> Any:
    shown = await analyzer.get(f"/v1/videos/{video}")
    body = {"version": shown["version"], "approved": approved}
    return await analyzer.call("PATCH", f"/v1/videos/{video}", body, **options)


async def test_a_posted_video_waits_for_the_operator(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        fields = ("title", "src", "products", "duration", "source", "origin", "approved")
        found = {one["id"]: [one[field] for field in fields] for one in (await analyzer.get("/v1/videos"))["items"]}
        tea = ["My morning tea", "https://cdn.example/tea.mp4", ["pot"], 90, "posted", "customers", None]
        assert found == {
            "tea": tea,
            "odd": ["odd", None, None, None, "posted", "customers", None],
            "own": ["own", None, None, 90, "seen", "shop", True],
        }
        assert (await release(analyzer, "tea", True))["approved"]
        await analyzer.run_job("videos")
        assert (await analyzer.get("/v1/videos/tea"))["approved"] is True


async def test_prompts_are_filled_from_released_videos_only(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        content = {"title": "Seen this?", "video": {"related": True}}
        body = {"id": "again", "name": "A", "variants": [{"id": "a", "kind": "video", "content": content}]}
        await analyzer.post("/v1/campaigns", body)

        async def list_pool() -> list[str] | None:
            snapshot = await load_snapshot(analyzer.state.client)
            return None if snapshot is None else [one.id for one in snapshot.sites[0].videos]

        async def is_campaign_there() -> bool:
            snapshot = await load_snapshot(analyzer.state.client)
            return snapshot is not None and bool(snapshot.sites[0].campaigns)

        await wait_until(is_campaign_there, "the campaign")
        assert await list_pool() == []
        for approved, pool in ((True, ["tea"]), (False, [])):
            await release(analyzer, "tea", approved)

            async def has_changed(pool: list[str] = pool) -> bool:
                return await list_pool() == pool

            await wait_until(has_changed, f"the pool {pool}")


async def test_no_campaign_shows_what_was_not_released(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        content = {"title": "Look", "video": {"id": "tea"}}
        variants = [{"id": "a", "kind": "video", "content": content}]
        body = {"id": "look", "name": "L", "status": "running", "variants": variants}
        problem = await analyzer.post("/v1/campaigns", body, expect=422)
        assert problem["errors"][0]["pointer"] == "/variants/0/content/video/id"
        assert problem["errors"][0]["code"] == "not_released"
        await release(analyzer, "tea", True)
        await analyzer.post("/v1/campaigns", body)
        assert (await release(analyzer, "tea", False, expect=409))["code"] == "in_use"
        await release(analyzer, "tea", True)


async def test_what_to_do_next_names_released_videos_only(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        with write_session(analyzer.state.database) as session:
            save_report(session, "shop", "moments", "all:tea", MOMENTS, now=NOW)
        assert (await analyzer.get("/v1/reports/visitors/eve"))["next_action"] is None
        await release(analyzer, "tea", True)
        action = (await analyzer.get("/v1/reports/visitors/eve"))["next_action"]
        assert (action["code"], action["evidence"]["video"]) == ("show_moment", "tea")


async def test_the_video_of_somebody_forgotten_is_out_of_use(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        await release(analyzer, "tea", True)
        await analyzer.post("/v1/forget", {"user": "bob"})
        assert (await analyzer.get("/v1/videos/tea"))["approved"] is True, "bob was not the first to post it"
        await analyzer.post("/v1/forget", {"user": "ann"})
        await analyzer.run_job("videos")
        tea = await analyzer.get("/v1/videos/tea")
        assert [tea[field] for field in ("title", "src", "products", "approved")] == ["tea", None, None, False]


async def test_wrong_inputs_and_what_is_given_by_hand(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site()
        made = await analyzer.post("/v1/videos", {"id": "v", "title": "V"})
        assert (made["origin"], made["approved"]) == ("shop", True)
        for body, pointer in (
            ({"title": "X", "origin": "press"}, "/origin"),
            ({"title": "X", "approved": "yes"}, "/approved"),
        ):
            problem = await analyzer.post("/v1/videos", body, expect=422)
            assert problem["errors"][0]["pointer"].startswith(pointer)
