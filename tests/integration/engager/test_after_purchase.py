"""Who has bought gets other videos than who has not: care for the thing bought, no more selling of it."""

from pathlib import Path
from typing import Any

from shared.clock import system_clock, to_rfc3339
from shared.snapshot.model import Campaign, Frequency, Variant
from shared.wire.decide import Content, ContentVideo
from tests.builders import make_message
from tests.integration.engager.builders import make_campaign, read_decisions, run_engager

BOUGHT: dict[str, Any] = {"fact": "orders.count", "op": "ge", "value": 1}
BOUGHT_TEA: dict[str, Any] = {
    "event": "Order Completed",
    "where": [{"property": "categories", "op": "contains", "value": "tea"}],
    "within": "30d",
}


def make_video(campaign_id: str, video_id: str, audience: dict[str, Any], priority: int) -> Campaign:
    video = Content(title=video_id, video=ContentVideo(id=video_id, src=f"https://shop.example/{video_id}.mp4"))
    return make_campaign(
        id=campaign_id,
        audience=audience,
        priority=priority,
        frequency=Frequency(per_session=5),
        variants=[Variant(id="a", kind="video", content=video)],
    )


def name_videos(answer: dict[str, Any]) -> list[str]:
    return [prompt["content"]["video"]["id"] for prompt in answer["prompts"]]


async def test_the_purchase_changes_which_video_comes(valkey_url: str, tmp_path: Path) -> None:
    campaigns = [
        make_video("sell", "why-this-tea", {"not": BOUGHT}, 0),
        make_video("care", "welcome-buyer", BOUGHT, 0),
        make_video("brew", "how-to-brew", BOUGHT_TEA, 5),
    ]
    async with run_engager(valkey_url, tmp_path, *campaigns) as engager:
        assert name_videos(await engager.ask()) == ["why-this-tea"]
        assert name_videos(await engager.ask(anonymousId="visitor-2")) == ["why-this-tea"]
        order = make_message(
            messageId="order",
            event="Order Completed",
            timestamp=to_rfc3339(system_clock()),
            properties={"order_id": "o-1", "revenue": 1200, "categories": ["tea", "gift"]},
        )
        # The very decision that tells of the purchase takes it into account; the promised video of before is let go.
        bought = await engager.ask(events=[order])
        assert bought["eventsAccepted"] == 1 and name_videos(bought) == ["how-to-brew"]
        other = order | {"messageId": "other", "anonymousId": "visitor-2"}
        other["properties"] = {"order_id": "o-2", "revenue": 800, "categories": ["cups"]}
        assert name_videos(await engager.ask(anonymousId="visitor-2", events=[other])) == ["welcome-buyer"]
        assert name_videos(await engager.ask(anonymousId="visitor-3")) == ["why-this-tea"]
        served = {name for one in read_decisions(valkey_url) for name, _, _, _ in one.candidates}
        assert served == {"sell", "care", "brew"}
