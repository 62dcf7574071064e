"""Jobs: read-your-writes, the queue, history, interruption, retention, discovered videos."""

import asyncio
from pathlib import Path

import httpx

from services.analyzer.control.database import write_session
from services.analyzer.control.models import JobRun, Segment
from services.analyzer.jobs.table import JOBS
from shared.clock import system_clock
from shared.settings import AnalyzerSettings
from tests.conftest import ValkeyServer
from tests.integration.analyzer.conftest import ADMIN_KEY, Analyzer, build_settings, open_test_analyzer
from tests.processes import Service, wait_until

DAY = 86_400_000


async def test_a_run_sees_everything_that_the_log_held(settings: AnalyzerSettings) -> None:
    slow = settings.model_copy(update={"ingest_interval_ms": 60_000})
    async with open_test_analyzer(slow) as analyzer:
        await analyzer.create_site()
        rule = {"event": "Wanted", "within": "7d"}
        await analyzer.post("/v1/segments", {"id": "s", "name": "S", "kind": "rule", "rule": rule})
        for place in range(300):
            analyzer.log.send("shop", {"anonymousId": f"v{place}", "event": "Wanted", "ts": system_clock()})
        run = await analyzer.run_job("segments")
        assert run["rows"] == 300 and run["progress"] == 1 and run["started"] <= run["finished"]
        members = await analyzer.get("/v1/segments/s/members", limit=1000)
        assert len(members["items"]) == 300
        jobs = {job["job"]: job for job in (await analyzer.get("/v1/jobs"))["items"]}
        assert set(jobs) == set(JOBS)
        assert jobs["segments"]["last"] == run and jobs["segments"]["next"]
        assert (await analyzer.get(f"/v1/jobs/runs/{run['run_id']}")) == run


async def test_asked_without_wait_it_answers_202_and_queues_once(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    runs = [await analyzer.post("/v1/jobs/videos/run", expect=202) for _ in range(5)]
    assert all(run["status"] in ("running", "succeeded") for run in runs)
    waited = await asyncio.gather(*(analyzer.run_job("videos") for _ in range(5)))
    assert len({run["run_id"] for run in waited}) <= 2
    assert (await analyzer.post("/v1/jobs/videos/run", {"wiat": True}, expect=422))["errors"][0]["pointer"] == "/wiat"


async def test_an_unknown_job_is_404_in_words(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    for job in ("store", "nothing"):
        problem = await analyzer.post(f"/v1/jobs/{job}/run", {"wait": True}, expect=404)
        assert job in problem["detail"] and "segments" in problem["detail"]


async def test_runs_of_one_site_are_not_shown_to_another(analyzer: Analyzer) -> None:
    await analyzer.create_site("first")
    run = await analyzer.run_job("segments")
    await analyzer.create_site("second")
    await analyzer.get(f"/v1/jobs/runs/{run['run_id']}", expect=404)
    jobs = {job["job"]: job for job in (await analyzer.get("/v1/jobs"))["items"]}
    assert jobs["segments"]["last"] is None
    await analyzer.run_job("segments", key=ADMIN_KEY)
    jobs = {job["job"]: job for job in (await analyzer.get("/v1/jobs"))["items"]}
    assert jobs["segments"]["last"]["status"] == "succeeded"


async def test_a_failed_run_is_200_and_says_why(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    with write_session(analyzer.state.database) as session:
        session.add(
            Segment(
                site_id="shop", id="bad", name="Bad", kind="rule", rule={"fact": "gone"}, created_at=1, updated_at=1
            )
        )
    run = await analyzer.post("/v1/jobs/segments/run", {"wait": True}, expect=200)
    assert run["status"] == "failed" and run["detail"]


async def test_what_a_crash_left_running_is_interrupted(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings) as first:
        site = await first.create_site()
        with write_session(first.state.database) as session:
            session.add(JobRun(run_id="r1", job="moments", holder="gone", status="running", asked=1, started=2))
    async with open_test_analyzer(settings) as second:
        run = await second.get("/v1/jobs/runs/r1", key=site["secret_key"])
        assert run["status"] == "interrupted" and run["finished"]


async def test_a_second_analyzer_waits_as_standby(settings: AnalyzerSettings, valkey_url: str) -> None:
    environment = {
        "KIKKAKE_DATA_DIR": str(settings.data_dir),
        "KIKKAKE_VALKEY_URL": valkey_url,
        "KIKKAKE_ADMIN_KEY": ADMIN_KEY,
    }
    first, second = Service("analyzer", environment), Service("analyzer", environment)
    try:
        await asyncio.to_thread(first.start)
        await asyncio.to_thread(second.start, "/healthz")
        headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
        async with httpx.AsyncClient(base_url=second.url, headers=headers) as client:
            assert (await client.get("/readyz")).status_code == 503
            refused = await client.get("/v1/jobs")
            assert refused.status_code == 503 and refused.json()["code"] == "not_ready"
            assert (await client.get("/v1/sites")).status_code == 200
            first.kill()

            async def is_ready() -> bool:
                return (await client.get("/readyz")).status_code == 200

            await wait_until(is_ready, "the standby takes over")
            assert (await client.get("/v1/jobs")).status_code == 200
        assert await asyncio.to_thread(second.stop) == 0
    finally:
        first.kill()
        second.kill()


async def test_retention_deletes_what_is_older(analyzer: Analyzer) -> None:
    await analyzer.create_site(retention_days=10)
    now = system_clock()
    for days in (1, 9, 11, 300):
        analyzer.log.send("shop", {"anonymousId": "a", "event": "E", "ts": now - days * DAY})
    analyzer.log.send("other", {"anonymousId": "a", "event": "E", "ts": now - 300 * DAY})
    run = await analyzer.run_job("expiry")
    assert run["rows"] == 2 and await analyzer.count() == 3


async def test_videos_seen_appear_and_an_operators_words_stay(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    await analyzer.post("/v1/videos", {"id": "known", "title": "Mine"})
    now = system_clock()
    for video, title, length in (("known", "Theirs", 60), ("Seen/1", "A video", 90.5), ("Seen/1", "A video", 90.5)):
        properties = {"asset_id": video, "title": title, "total_length": length, "position": 0}
        analyzer.log.send(
            "shop", {"anonymousId": "a", "event": "Video Content Playing", "properties": properties, "ts": now}
        )
    await analyzer.run_job("videos")
    videos = {video["id"]: video for video in (await analyzer.get("/v1/videos"))["items"]}
    assert videos["known"]["title"] == "Mine" and videos["known"]["source"] == "given"
    assert videos["Seen/1"]["title"] == "A video" and videos["Seen/1"]["duration"] == 90.5
    assert videos["Seen/1"]["source"] == "seen"
    assert (await analyzer.get("/v1/videos/Seen/1"))["title"] == "A video"


async def test_a_run_waits_for_a_valkey_that_comes_back(tmp_path: Path, valkey_server: ValkeyServer) -> None:
    async with open_test_analyzer(build_settings(tmp_path, valkey_server.url)) as analyzer:
        await analyzer.create_site()
        analyzer.log.send("shop", {"anonymousId": "a", "event": "E", "ts": system_clock()})
        valkey_server.kill()
        asked = asyncio.create_task(analyzer.run_job("videos"))
        await asyncio.sleep(0.3)
        assert not asked.done()
        await asyncio.to_thread(valkey_server.start)
        assert (await asked)["status"] == "succeeded"
        assert await analyzer.count() == 1


async def test_a_deleted_sites_events_go_but_not_those_of_its_successor(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    analyzer.log.send("shop", {"anonymousId": "a", "event": "E", "ts": system_clock() - 1_000})
    await analyzer.catch_up()
    await analyzer.call("DELETE", "/v1/sites/shop", expect=204)
    await analyzer.get("/v1/goals", expect=401)
    await analyzer.create_site()
    analyzer.log.send("shop", {"anonymousId": "b", "event": "E", "ts": system_clock() + 5_000})
    assert (await analyzer.run_job("expiry", key=ADMIN_KEY))["rows"] == 1
    assert await analyzer.count() == 1
    assert (await analyzer.run_job("expiry", key=ADMIN_KEY))["rows"] == 0


async def test_one_sites_trouble_does_not_cost_the_others(analyzer: Analyzer) -> None:
    await analyzer.create_site("bare")
    await analyzer.call("DELETE", "/v1/goals/purchase", expect=204)
    problem = await analyzer.post("/v1/jobs/moments/run", {"wait": True}, expect=200)
    assert problem["status"] == "failed" and "goal" in problem["detail"]
    await analyzer.create_site("shop")
    properties = {"asset_id": "v", "played": [[0, 1]]}
    fields = {"anonymousId": "a", "event": "Video Content Playing", "properties": properties}
    analyzer.log.send("shop", {**fields, "ts": system_clock() - 1_000})
    run = await analyzer.run_job("moments", key=ADMIN_KEY)
    assert run["rows"] == 1 and "site bare left out" in run["detail"]
