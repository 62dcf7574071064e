"""The quality report: a case counted by hand, dimensions, small cells, effects that were planted,
reports of players, errors in words."""

import json
from random import Random
from typing import Any

import pytest

from shared.admission.cmcd import Sender, read_reports
from shared.admission.messages import Envelope
from shared.admission.times import parse_time
from shared.clock import Millis, system_clock, to_rfc3339
from tests.integration.analyzer.conftest import Analyzer

DAY = 86_400_000
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.0 Mobile/15E148 Safari/604.1"
)
DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


class Player:
    """One view's events, told second by second."""

    def __init__(self, analyzer: Analyzer, person: str, t0: Millis, *, video: str = "v", agent: str = DESK) -> None:
        self._analyzer, self._person, self._t0, self._agent = analyzer, person, t0, agent
        self._shared = {"content_asset_id": video, "session_id": f"view-{person}-{t0}", "total_length": 60}

    def tell(self, second: float, name: str, **properties: Any) -> "Player":
        event = name if name.startswith("Order") else f"Video {name}"
        self._analyzer.log.send(
            "shop",
            {
                "event": event,
                "anonymousId": self._person,
                "properties": self._shared | properties,
                "context": {"userAgent": self._agent},
                "ts": self._t0 + int(second * 1000),
            },
        )
        return self


def play_all(analyzer: Analyzer, now: Millis) -> None:
    """Seven views, one of each kind of trouble."""
    smooth = Player(analyzer, "smooth", now).tell(0, "Playback Started")
    smooth.tell(0.4, "Content Started", startup_ms=400, bitrate=1000, cdn="near", connection="wifi")
    smooth.tell(10.4, "Content Playing", played=[[0, 10]]).tell(
        20.4, "Quality Updated", bitrate=3000, played=[[10, 20]]
    )
    smooth.tell(50.4, "Playback Completed", played=[[20, 50]])
    stalled = Player(analyzer, "stalled", now, agent=PHONE).tell(0, "Playback Started")
    stalled.tell(2, "Content Started", startup_ms=2000)
    stalled.tell(12, "Playback Buffer Started", played=[[0, 10]]).tell(14, "Playback Buffer Completed", played=[])
    stalled.tell(20, "Playback Seek Started", played=[[10, 16]], position=16, seek_position=40)
    stalled.tell(20.1, "Playback Buffer Started", played=[]).tell(23.1, "Playback Buffer Completed", played=[])
    stalled.tell(23.2, "Playback Seek Completed", played=[]).tell(27.2, "Playback Exited", played=[[40, 44]])
    # Gave up after four seconds; after half a second, which is no exit; failed before the first frame.
    Player(analyzer, "gave-up", now).tell(0, "Playback Started").tell(4, "Playback Exited", played=[])
    Player(analyzer, "passed-by", now).tell(0, "Playback Started").tell(0.5, "Playback Exited", played=[])
    broken = Player(analyzer, "broken", now).tell(0, "Playback Started")
    broken.tell(1, "Playback Interrupted", method="error", error="4 unsupported")
    died = Player(analyzer, "died", now).tell(0, "Playback Started").tell(1, "Content Started", startup_ms=1000)
    died.tell(9, "Playback Interrupted", error="3 decode", played=[[0, 8]])
    # An advertisement first, with a stall of its own: neither startup by difference nor rebuffering.
    advert = Player(analyzer, "advert", now).tell(0, "Playback Started").tell(1, "Ad Started", content_asset_id="ad")
    advert.tell(16, "Ad Completed", content_asset_id="ad").tell(17, "Content Started")
    advert.tell(27, "Content Playing", played=[[0, 10]], backgrounded=True).tell(
        37, "Content Playing", played=[[10, 20]]
    )


async def test_the_case_counted_by_hand(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    play_all(analyzer, system_clock() - DAY)
    await analyzer.run_job("qoe")
    report = await analyzer.get("/v1/reports/qoe", video="v")
    assert report["plays"] == report["persons"] == 7
    assert report["startup_ms"] == {"p50": 1000, "p95": pytest.approx(1900), "n": 3}
    assert report["startup_score"] == pytest.approx((100 * 8 / 8.4 + 80 + 100 * 8 / 9) / 3)
    assert (report["exits_before_start"], report["failures"]) == (1, 2)
    assert report["start_failure_ratio"] == pytest.approx(1 / 7)
    assert report["playback_failure_ratio"] == pytest.approx(1 / 4)
    played = 50 + 20 + 8 + 10
    assert report["rebuffer_ratio"] == pytest.approx(2 / (played + 2))
    assert report["rebuffers_per_minute"] == pytest.approx(60 / (played + 2))
    assert report["rebuffer_mean_ms"] == 2000
    assert report["seek_stall_ratio"] == pytest.approx(3 / (played + 2))
    assert report["startup_stall_ratio"] == 0 and report["ad_stall_ratio"] == 0
    assert report["background_seconds"] == 10
    assert report["bitrate"] == pytest.approx((20 * 1000 + 30 * 3000) / 50)
    assert report["persuasion"]["did_not_play"] == 4, "gave up, broken, died, and left at the stall"
    assert report["persuasion"]["did_not_persuade"] == 3
    everything = await analyzer.get("/v1/reports/qoe")
    assert everything["plays"] == 7 and everything["video"] is None
    assert [row["value"] for row in everything["by"] if row["dimension"] == "video"] == ["v"]


async def test_dimensions_and_small_cells(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock() - DAY
    for number in range(25):
        agent, network = (PHONE, "4g") if number < 4 else (DESK, "wifi")
        player = Player(analyzer, f"p{number}", now, agent=agent)
        player.tell(0, "Playback Started", connection=network, cdn="a" if number % 2 else "b")
        player.tell(1, "Content Started", startup_ms=1000).tell(9, "Playback Exited", played=[[0, 8]])
    await analyzer.catch_up()
    report = await analyzer.get("/v1/reports/qoe")
    by = {(row["dimension"], row["value"]): row for row in report["by"]}
    assert by["device", "desktop"]["plays"] == 21 and by["device", "desktop"]["startup_ms"]["p50"] == 1000
    assert by["browser", "Chrome"]["plays"] == 21 and by["connection", "wifi"]["plays"] == 21
    assert by["cdn", "b"]["plays"] == 13
    small = by["device", "mobile"]
    assert small["plays"] == 4 and small["startup_ms"] is None
    assert small["reasons"]["startup_ms"] == "too_few_plays"
    assert by["browser", "Safari"]["reasons"]["bitrate"] == "too_few_plays"
    assert report["impact"]["stall"]["left"]["effect"] is None
    assert report["impact"]["stall"]["left"]["reasons"]["effect"] == "too_few_viewers"


async def test_a_planted_stall_that_makes_people_leave_is_found(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    rng = Random(7)
    start = system_clock() - 20 * DAY
    for number in range(900):
        now = start + rng.randrange(10 * DAY)
        player = Player(analyzer, f"p{number}", now).tell(0, "Playback Started")
        player.tell(1, "Content Started", startup_ms=1000)
        stalls = rng.random() < 0.3
        leaves = rng.random() < (0.6 if stalls else 0.2)
        stays = 12.0 if leaves else 59.0
        if stalls:
            player.tell(11, "Playback Buffer Started", played=[[0, 10]])
            player.tell(14, "Playback Buffer Completed", played=[])
        else:
            player.tell(11, "Content Playing", played=[[0, 10]])
        player.tell(stays + 5, "Playback Exited", played=[[10, stays]] if stays > 12 else [])
        if rng.random() < (0.1 if leaves else 0.4):
            player.tell(100, "Order Completed", order_id=f"o{number}", revenue=10)
    await analyzer.run_job("qoe")
    report = await analyzer.get("/v1/reports/qoe", video="v")
    stall = report["impact"]["stall"]
    assert stall["left"]["ci_low"] > 0.2 and stall["left"]["ci_high"] < 0.6, stall
    assert stall["converted"]["ci_low"] < -0.12 < stall["converted"]["ci_high"], stall
    assert stall["left"]["persons_did"] > 200 and stall["left"]["overlap"] == 1
    assert report["impact"]["slow_start"]["left"]["reasons"]["effect"] == "too_few_viewers"


async def test_wrong_input_is_refused_in_words(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock()
    await analyzer.get("/v1/reports/qoe", video="nobody-has-seen-it", expect=404)
    reversed_window = {"from_": to_rfc3339(now), "to": to_rfc3339(now - DAY)}
    problem = await analyzer.get("/v1/reports/qoe", expect=422, **reversed_window)
    assert problem["errors"][0]["code"] == "reversed_window"
    await analyzer.get("/v1/reports/qoe", goal="nope", expect=422)
    empty = await analyzer.get("/v1/reports/qoe")
    assert empty["plays"] == 0 and empty["rebuffer_ratio"] is None and empty["by"] == []


async def test_reports_of_a_player_join_the_view_of_its_session(analyzer: Analyzer) -> None:
    """The page tells of the view, the player's CMCD reports of its quality; neither counts twice, nor as a person."""
    await analyzer.create_site()
    now = system_clock() - DAY
    player = Player(analyzer, "ann", now).tell(0, "Playback Started").tell(1, "Content Started", played=[])
    player.tell(31, "Playback Exited", played=[[0, 20]])
    reports = [
        (0, "e=ps,sta=s"),
        (700, "e=ps,sta=p,msd=700"),
        (9_000, "e=ps,sta=r"),
        (14_000, 'e=ps,sta=p,bsd=(5000),br=(2000;v),cdn="far"'),
        (20_000, "e=t,sta=p,br=(2000;v)"),
    ]
    for session, cid in ((f"view-ann-{now}", "other-name"), ("nobody", "v")):
        body = "\n".join(f'cid="{cid}",sid="{session}",sn={at},ts={now + at},{told}' for at, told in reports)
        envelope = read_reports(body.encode(), Sender("k", None, DESK, False))
        assert isinstance(envelope, Envelope) and not envelope.refused
        for raw in envelope.messages:
            message = json.loads(raw)
            ts = parse_time(message["timestamp"])
            analyzer.log.send("shop", message | {"ts": ts})
    await analyzer.run_job("qoe")
    report = await analyzer.get("/v1/reports/qoe", video="v")
    assert (report["plays"], report["persons"]) == (2, 1)
    assert report["startup_ms"]["p50"] == 700
    # ann: 20 s of ranges; nobody: 0.7 to 9 s and 14 to 20 s by the clock; five seconds of stall each.
    assert report["watch_seconds"] == pytest.approx(20 + 8.3 + 6 + 10)
    assert report["rebuffer_ratio"] == pytest.approx(10 / 44.3)
    assert report["bitrate"] == 2000
    assert await analyzer.count("SELECT count(DISTINCT person_id) FROM people") == 1
    with_bots = await analyzer.get("/v1/reports/qoe", video="v", include_bots=True)
    assert (with_bots["plays"], with_bots["persons"]) == (2, 1)


async def test_reports_that_name_their_visitor_are_views_like_any_other(analyzer: Analyzer) -> None:
    """Moments work from CMCD alone: the playhead's places stand in for ranges."""
    await analyzer.create_site()
    now = system_clock() - DAY
    reports = [(0, "e=ps,sta=s"), (500, "e=ps,sta=p,msd=500,pt=0"), (10_500, "e=t,sta=p,pt=10000")]
    reports += [(20_500, "e=t,sta=p,pt=20000"), (21_000, "e=ps,sta=k,pt=20500"), (21_400, "e=ps,sta=p,pt=40000")]
    reports += [(26_400, "e=ps,sta=q,pt=45000")]
    body = "\n".join(f'cid="v",d=60000,sid="s",sn={at},ts={now + at},{told}' for at, told in reports)
    envelope = read_reports(body.encode(), Sender("k", "ann", DESK, False))
    assert isinstance(envelope, Envelope) and not envelope.refused
    for raw in envelope.messages:
        message = json.loads(raw)
        analyzer.log.send("shop", message | {"ts": parse_time(message["timestamp"])})
    await analyzer.catch_up()
    moments = await analyzer.get("/v1/reports/moments", video="v")
    watched = [place for place, one in enumerate(moments["bins"]) if one["viewers"]]
    assert moments["viewers"] == 1 and watched == [*range(21), *range(40, 45)]
    quality = await analyzer.get("/v1/reports/qoe", video="v")
    assert (quality["plays"], quality["persons"], quality["startup_ms"]["p50"]) == (1, 1, 500)
