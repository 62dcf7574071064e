"""POST /v1/decide on a real Valkey: profiles, events in the request, caps, holdouts, triggers, errors."""

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from shared import keys
from shared.clock import MINUTE_MS, system_clock
from shared.log.entry import Erased, SegmentsChanged
from shared.log.partition import compute_partition
from shared.snapshot.model import Frequency, Schedule, Variant, VisitorCap
from shared.wire.decide import Content, When
from tests.builders import WRITE_KEY, make_message
from tests.conftest import ValkeyServer
from tests.integration.engager.builders import (
    MovingClock,
    RunningEngager,
    log_entry,
    log_messages,
    make_campaign,
    read_decisions,
    run_engager,
    viewed,
)
from tests.processes import wait_until

TWO_VIEWS = {"event": "Product Viewed", "within": "session", "count": {"op": "ge", "value": 2}}


def ids(answer: dict[str, Any]) -> list[str]:
    return [prompt["campaignId"] for prompt in answer["prompts"]]


async def test_an_unknown_visitor_gets_the_prompt_armed_with_its_when(valkey_url: str, tmp_path: Path) -> None:
    campaign = make_campaign(when=When(type="scroll", share=0.5))
    async with run_engager(valkey_url, tmp_path, campaign) as engager:
        answer = await engager.ask()
        prompt = answer["prompts"][0]
        assert (prompt["campaignId"], prompt["variantId"], prompt["kind"]) == ("hello", "a", "popup")
        assert prompt["when"] == {"type": "scroll", "share": 0.5}
        assert prompt["content"] == {"title": "Hello", "cta": {"label": "Go"}}
        assert prompt["decisionId"] == answer["decisionId"]
        assert answer["holdouts"] == [] and answer["ttl"] > 0
        assert "eventsAccepted" not in answer


async def test_what_the_log_says_reaches_the_decision(valkey_url: str, tmp_path: Path) -> None:
    async with run_engager(valkey_url, tmp_path, make_campaign(audience=TWO_VIEWS)) as engager:
        assert ids(await engager.ask()) == []
        log_messages(valkey_url, viewed("m1"), viewed("m2"), viewed("m2"))

        async def prompted() -> bool:
            return ids(await engager.ask()) == ["hello"]

        await wait_until(prompted, "the prompt after two views")


async def test_a_repeated_message_counts_once(valkey_url: str, tmp_path: Path) -> None:
    once = {"event": "Product Viewed", "within": "1h", "count": {"op": "eq", "value": 1}}
    async with run_engager(valkey_url, tmp_path, make_campaign(audience=once)) as engager:
        for _ in range(3):
            log_messages(valkey_url, viewed("same"))
        log_messages(valkey_url, make_message(messageId="last", event="Done", timestamp=None))

        async def applied() -> bool:
            return bool(engager.engager.metrics.applied._value.get() >= 4)

        await wait_until(applied, "four steps applied")
        assert ids(await engager.ask()) == ["hello"]


async def test_events_of_the_request_count_in_its_decision_and_once_only(valkey_url: str, tmp_path: Path) -> None:
    async with run_engager(valkey_url, tmp_path, make_campaign(audience=TWO_VIEWS), workers=False) as engager:
        bad = {"type": "track", "anonymousId": "visitor-1"}
        answer = await engager.ask(events=[viewed("m1"), bad, viewed("m2")])
        assert answer["eventsAccepted"] == 2
        assert [(row["index"], row["code"], row["pointer"]) for row in answer["eventErrors"]] == [
            (1, "missing_event", "/events/1/event")
        ]
        assert ids(answer) == ["hello"]
    async with run_engager(valkey_url, tmp_path, make_campaign(audience={"all": [TWO_VIEWS]})) as engager:
        three = {"event": "Product Viewed", "within": "session", "count": {"op": "ge", "value": 3}}
        engager.publish(make_campaign(id="three", audience=three), version=2)

        async def changed() -> bool:
            return engager.engager.route.sites is not None and engager.engager.route.sites.version == 2

        await wait_until(changed, "the new snapshot")
        assert ids(await engager.ask(events=[viewed("m1"), viewed("m2")])) == []
        assert ids(await engager.ask(events=[viewed("m3")])) == ["three"]


async def test_a_prompt_is_promised_once_confirmed_by_shown_and_lapses(valkey_url: str, tmp_path: Path) -> None:
    clock = MovingClock()
    campaign = make_campaign(frequency=Frequency(per_visitor=VisitorCap(count=1, days=7)))
    async with run_engager(valkey_url, tmp_path, campaign, clock=clock) as engager:
        first = (await engager.ask())["prompts"][0]
        again = await engager.ask()
        assert again["prompts"][0]["decisionId"] == first["decisionId"] != again["decisionId"]
        clock.ahead_ms = 31 * MINUTE_MS
        later = (await engager.ask())["prompts"][0]
        assert later["decisionId"] != first["decisionId"], "the first promise lapsed"
        shown = make_message(
            event="Prompt Shown",
            messageId="shown",
            timestamp=None,
            properties={"campaign_id": "hello", "variant_id": "a", "decision_id": later["decisionId"]},
        )
        assert ids(await engager.ask(events=[shown])) == [], "the cap is reached"


async def test_a_hundred_parallel_decides_promise_one_prompt(valkey_url: str, tmp_path: Path) -> None:
    campaign = make_campaign(frequency=Frequency(per_visitor=VisitorCap(count=1, days=7)))
    async with run_engager(valkey_url, tmp_path, campaign) as engager:
        answers = await asyncio.gather(*(engager.ask() for _ in range(100)))
        assert all(ids(answer) == ["hello"] for answer in answers)
        assert len({answer["prompts"][0]["decisionId"] for answer in answers}) == 1

        async def logged() -> bool:
            return len(read_decisions(valkey_url)) == 100

        await wait_until(logged, "every decision in the log")
        outcomes = [row.candidates[0][1] for row in read_decisions(valkey_url)]
        assert outcomes.count("served") == 1 and outcomes.count("repeated") == 99


async def test_a_held_out_visitor_takes_the_place(valkey_url: str, tmp_path: Path) -> None:
    first = make_campaign(id="first", priority=5, holdout=1.0)
    async with run_engager(valkey_url, tmp_path, first, make_campaign(id="second")) as engager:
        answer = await engager.ask()
        assert answer["prompts"] == []
        assert [(held["campaignId"], held["when"]) for held in answer["holdouts"]] == [("first", {"type": "immediate"})]
        assert (await engager.ask())["holdouts"][0]["decisionId"] == answer["decisionId"]
        rows = read_decisions(valkey_url)[0].candidates
        assert rows == [("first", "holdout", None, 1.0), ("second", "modal_taken", "a", 1.0)]


async def test_another_trigger_returns_only_what_is_due(valkey_url: str, tmp_path: Path) -> None:
    watching = {"fact": "video.tour.position", "op": "ge", "value": 10}
    due = make_campaign(id="due", when=When(type="video_time", video="tour", at=20), audience=watching)
    async with run_engager(valkey_url, tmp_path, due, make_campaign(id="armed"), workers=False) as engager:
        armed = await engager.ask()
        assert ids(armed) == ["armed"]
        assert armed["triggers"] == [{"type": "video_time", "video": "tour", "at": 20.0}]
        playing = make_message(
            event="Video Content Playing",
            messageId="v1",
            timestamp=None,
            properties={"asset_id": "tour", "position": 20},
        )
        trigger = {"type": "video_time", "video": {"id": "tour", "position": 20.1, "state": "playing"}}
        answer = await engager.ask(trigger=trigger, events=[playing])
        assert ids(answer) == ["due"] and "triggers" not in answer
        early = {"type": "video_time", "video": {"id": "tour", "position": 5}}
        assert ids(await engager.ask(trigger=early, events=[playing])) == []


async def test_slots_priorities_and_drafts(valkey_url: str, tmp_path: Path) -> None:
    def inline(slot: str) -> list[Variant]:
        return [Variant(id="a", kind="inline", slot=slot, content=Content(title="x"))]

    async with run_engager(
        valkey_url,
        tmp_path,
        make_campaign(id="low", variants=inline("top"), priority=1),
        make_campaign(id="high", variants=inline("top"), priority=2),
        make_campaign(id="absent", variants=inline("side")),
        make_campaign(id="over", schedule=Schedule(to=1_000)),
        make_campaign(id="draft", status="draft"),
        make_campaign(id="popup"),
        make_campaign(id="popup2"),
    ) as engager:
        answer = await engager.ask(slots=["top"])
        assert ids(answer) == ["high", "popup"]
        reasons = {row[0]: row[1] for row in read_decisions(valkey_url)[0].candidates}
        assert reasons == {
            "high": "served",
            "low": "slot_taken",
            "absent": "slot_absent",
            "over": "not_scheduled",
            "popup": "served",
            "popup2": "modal_taken",
        }
        preview = await engager.ask(preview="draft")
        assert ids(preview) == ["draft"] and preview["decisionId"].startswith("preview-")
        assert len(read_decisions(valkey_url)) == 1
        assert ids(await engager.ask(preview="unknown")) == []


async def test_segments_arrive_through_the_log(valkey_url: str, tmp_path: Path) -> None:
    async with run_engager(valkey_url, tmp_path, make_campaign(audience={"segment": "fans"})) as engager:
        assert ids(await engager.ask()) == []
        changed = SegmentsChanged("shop", "visitor-1", False, ["fans"], [], system_clock())
        log_entry(valkey_url, compute_partition("shop", "visitor-1", None), changed)

        async def prompted() -> bool:
            return ids(await engager.ask()) == ["hello"]

        await wait_until(prompted, "the prompt for the segment")


async def test_erasure_forgets_profile_and_promises(valkey_url: str, tmp_path: Path) -> None:
    async with run_engager(valkey_url, tmp_path, make_campaign()) as engager:
        first = (await engager.ask(events=[viewed("m1")]))["prompts"][0]["decisionId"]
        assert (await engager.ask())["prompts"][0]["decisionId"] == first
        partition = compute_partition("shop", "visitor-1", None)
        log_entry(valkey_url, partition, Erased("shop", "visitor-1", False, system_clock()))

        async def forgotten() -> bool:
            ledger = keys.prompt_ledger(partition, "shop", "visitor-1")
            return await engager.engager.deciding_client.get(ledger) is None

        await wait_until(forgotten, "the ledger gone")
        assert (await engager.ask())["prompts"][0]["decisionId"] != first


async def test_a_user_on_two_devices_is_one_person_within_a_second(valkey_url: str, tmp_path: Path) -> None:
    bought = {"fact": "orders.count", "op": "ge", "value": 1}
    async with run_engager(valkey_url, tmp_path, make_campaign(audience=bought)) as engager:
        log_messages(
            valkey_url, make_message(messageId="p1", anonymousId="phone", userId="ann", type="identify", event=None)
        )
        log_messages(
            valkey_url, make_message(messageId="l1", anonymousId="laptop", userId="ann", type="identify", event=None)
        )

        async def linked() -> bool:
            return bool(engager.engager.metrics.applied._value.get() >= 4)

        await wait_until(linked, "both devices linked")
        order = make_message(
            messageId="o1", anonymousId="phone", event="Order Completed", timestamp=None, properties={"order_id": "1"}
        )
        log_messages(valkey_url, order)
        started = time.monotonic()

        async def prompted() -> bool:
            return ids(await engager.ask(anonymousId="laptop")) == ["hello"]

        await wait_until(prompted, "the order of the other device")
        assert time.monotonic() - started < 1.0


async def test_a_token_proves_the_user_and_a_bad_one_is_as_if_absent(valkey_url: str, tmp_path: Path) -> None:
    known = make_campaign(audience={"fact": "user.known", "op": "eq", "value": True})
    key = "a signing key of at least thirty-two bytes"
    async with run_engager(valkey_url, tmp_path, known, site={"signing_key": key}) as engager:
        token = jwt.encode({"sub": "ann", "exp": system_clock() // 1000 + 600}, key, algorithm="HS256")
        assert ids(await engager.ask(userToken=token)) == ["hello"], "the token alone names the user"
        assert ids(await engager.ask(anonymousId="v2", userToken=token + "x")) == []

        async def logged() -> bool:
            states = {row.anonymous_id: row.facts["user_token"] for row in read_decisions(valkey_url)}
            return states == {"visitor-1": "valid", "v2": "bad_token"}

        await wait_until(logged, "the token's state in the log")


@pytest.mark.parametrize(
    ("body", "headers", "status", "code", "cors"),
    [
        (b"{", {}, 400, "not_json", True),
        (b'{"anonymousId": 1}', {}, 400, "wrong_shape", True),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, {}, 400, "too_deep", True),
        (b'{"writeKey": "nope", "anonymousId": "v"}', {}, 401, "unknown_key", True),
        (b'{"writeKey": "wk_test"}', {}, 400, "bad_request", True),
        (b"\xff", {}, 400, "not_json", True),
        (b" " * 600_000, {}, 413, "too_large", True),
        (
            b'{"writeKey": "wk_test", "anonymousId": "v"}',
            {"origin": "https://evil.example"},
            403,
            "origin_not_allowed",
            False,
        ),
    ],
)
async def test_refusals(
    valkey_url: str, tmp_path: Path, body: bytes, headers: dict[str, str], status: int, code: str, cors: bool
) -> None:
    site = {"origins": ["https://shop.example"]}
    async with run_engager(valkey_url, tmp_path, make_campaign(), site=site) as engager:
        answer = await engager.client.post(
            "/v1/decide",
            content=body,
            headers={"origin": "https://shop.example", "content-type": "text/plain", **headers},
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert ("access-control-allow-origin" in answer.headers) is cors


async def test_cors_and_documents(valkey_url: str, tmp_path: Path) -> None:
    async with run_engager(valkey_url, tmp_path, make_campaign()) as engager:
        preflight = await engager.client.options("/v1/decide", headers={"origin": "https://any.example"})
        assert preflight.headers["access-control-allow-origin"] == "https://any.example"
        assert preflight.headers["access-control-max-age"] == "7200"
        documents = (await engager.client.get("/openapi.json")).json()
        assert "/v1/decide" in documents["paths"]
        assert (await engager.client.get("/readyz")).json()["status"] == "ready"
        assert (await engager.client.get("/healthz")).json() == {"status": "alive"}
        assert "kikkake_engager_partitions" in (await engager.client.get("/metrics")).text
        assert (await engager.client.get("/v1/decide")).status_code == 405


async def test_without_valkey_answers_are_empty_and_quick_and_come_back(
    valkey_server: ValkeyServer, tmp_path: Path
) -> None:
    timeouts: dict[str, Any] = {"read_timeout_ms": 50, "write_timeout_ms": 100, "events_timeout_ms": 150}
    async with run_engager(valkey_server.url, tmp_path, make_campaign(), **timeouts) as engager:
        await wait_until(lambda: _is_prompted(engager), "the first prompt")
        valkey_server.kill()
        started = time.monotonic()
        answers = await asyncio.gather(*(engager.ask(events=[viewed(f"m{n}")]) for n in range(20)))
        assert time.monotonic() - started < 2.0
        assert all(answer["prompts"] == [] and answer["eventsAccepted"] == 0 for answer in answers)
        assert {row["code"] for answer in answers for row in answer["eventErrors"]} == {"store_unavailable"}
        assert (await engager.client.get("/readyz")).json()["status"] == "degraded"
        await asyncio.to_thread(valkey_server.start)
        await wait_until(lambda: _is_prompted(engager), "prompts after the recovery")
        log_messages(valkey_server.url, viewed("after"))
        before = engager.engager.metrics.applied._value.get()

        async def applied() -> bool:
            return bool(engager.engager.metrics.applied._value.get() > before)

        await wait_until(applied, "the worker at work again")


async def test_with_valkey_hanging_answers_are_empty_and_quick(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    timeouts: dict[str, Any] = {"read_timeout_ms": 50, "write_timeout_ms": 100, "events_timeout_ms": 150}
    async with run_engager(valkey_server.url, tmp_path, make_campaign(), **timeouts) as engager:
        await wait_until(lambda: _is_prompted(engager), "the first prompt")
        os.kill(valkey_server.pid, signal.SIGSTOP)
        try:
            started = time.monotonic()
            answers = await asyncio.gather(*(engager.ask(events=[viewed(f"h{n}")]) for n in range(50)))
            assert time.monotonic() - started < 1.5
            assert all(answer["prompts"] == [] and answer["eventsAccepted"] == 0 for answer in answers)
        finally:
            os.kill(valkey_server.pid, signal.SIGCONT)
        await wait_until(lambda: _is_prompted(engager), "prompts after it went on")


async def _is_prompted(engager: RunningEngager) -> bool:
    return ids(await engager.ask()) == ["hello"]


async def test_an_unreadable_profile_gives_an_empty_answer(valkey_url: str, tmp_path: Path) -> None:
    async with run_engager(valkey_url, tmp_path, make_campaign()) as engager:
        name = keys.visitor_profile(compute_partition("shop", "visitor-1", None), "shop", "visitor-1")
        await engager.engager.deciding_client.set(name, b"\xc1 nonsense")
        assert ids(await engager.ask()) == []
        assert ids(await engager.ask(anonymousId="visitor-2")) == ["hello"]


async def test_the_write_key_may_come_as_basic_user(valkey_url: str, tmp_path: Path) -> None:
    async with run_engager(valkey_url, tmp_path, make_campaign()) as engager:
        answer = await engager.client.post("/v1/decide", json={"anonymousId": "v"}, auth=httpx.BasicAuth(WRITE_KEY, ""))
        assert ids(answer.json()) == ["hello"]
