"""A visit to a store without a purchase starts a measure, live; the purchase ends it."""

from pathlib import Path
from typing import Any

from tests.builders import make_message
from tests.integration.engager.builders import log_messages, make_campaign, run_engager
from tests.processes import wait_until

CAME_AND_DID_NOT_BUY = {
    "all": [
        {"event": "Store Visited", "within": "7d"},
        {"not": {"event": "Order Completed", "within": "7d"}},
    ]
}


def told_by_the_till(message_id: str, event: str, **properties: Any) -> dict[str, Any]:
    """Return a message that names a member and no browser."""
    fields = {"anonymousId": None, "userId": "ann", "timestamp": None, "properties": properties}
    return make_message(messageId=message_id, event=event, **fields)


async def test_a_visit_without_a_purchase_prompts_until_the_purchase(valkey_url: str, tmp_path: Path) -> None:
    async with run_engager(valkey_url, tmp_path, make_campaign(audience=CAME_AND_DID_NOT_BUY)) as engager:

        async def is_prompted() -> bool:
            return bool((await engager.ask(anonymousId="phone"))["prompts"])

        async def is_left_alone() -> bool:
            return not await is_prompted()

        log_messages(
            valkey_url, make_message(messageId="i1", anonymousId="phone", userId="ann", type="identify", event=None)
        )
        assert await is_left_alone()
        log_messages(valkey_url, told_by_the_till("s1", "Store Visited", store_id="ginza", visit_id="v1"))
        await wait_until(is_prompted, "a prompt on the member's phone after the visit")
        log_messages(valkey_url, told_by_the_till("o1", "Order Completed", order_id="1", revenue=30, store_id="ginza"))
        await wait_until(is_left_alone, "no prompt after the purchase")


async def test_a_purchase_at_the_visit_starts_nothing(valkey_url: str, tmp_path: Path) -> None:
    measure = make_campaign(audience=CAME_AND_DID_NOT_BUY, priority=1)
    witness = make_campaign(id="came", audience={"event": "Store Visited", "within": "7d"})
    async with run_engager(valkey_url, tmp_path, measure, witness) as engager:
        log_messages(
            valkey_url,
            make_message(messageId="i1", anonymousId="phone", userId="ann", type="identify", event=None),
            told_by_the_till("o1", "Order Completed", order_id="1", revenue=30, store_id="ginza"),
            told_by_the_till("s1", "Store Visited", store_id="ginza"),
        )

        async def prompted() -> list[str]:
            return [prompt["campaignId"] for prompt in (await engager.ask(anonymousId="phone"))["prompts"]]

        assert await wait_until(prompted, "the visit is known") == ["came"]
