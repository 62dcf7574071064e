"""What somebody says in the community decides what is proposed next, live."""

from pathlib import Path

from tests.builders import make_message
from tests.integration.engager.builders import log_messages, make_campaign, run_engager
from tests.processes import wait_until

TALKS_OF_BREWING = {
    "all": [
        {
            "event": "Community Posted",
            "where": [{"property": "topic", "op": "eq", "value": "brewing"}],
            "count": {"op": "ge", "value": 2},
            "within": "30d",
        },
        {"not": {"event": "Community Replied", "within": "30d"}},
    ]
}


async def test_a_second_post_on_a_topic_prompts_until_the_first_reply(valkey_url: str, tmp_path: Path) -> None:
    async with run_engager(valkey_url, tmp_path, make_campaign(audience=TALKS_OF_BREWING)) as engager:

        async def is_prompted() -> bool:
            return bool((await engager.ask(anonymousId="phone"))["prompts"])

        async def is_left_alone() -> bool:
            return not await is_prompted()

        def say(message_id: str, event: str, topic: str) -> None:
            """Log what the community's server tells of a member; it names no browser."""
            fields = {"anonymousId": None, "userId": "ann", "timestamp": None, "properties": {"topic": topic}}
            log_messages(valkey_url, make_message(messageId=message_id, event=event, **fields))

        log_messages(
            valkey_url, make_message(messageId="i1", anonymousId="phone", userId="ann", type="identify", event=None)
        )
        say("p1", "Community Posted", "brewing")
        say("p2", "Community Posted", "cups")
        assert await is_left_alone()
        say("p3", "Community Posted", "brewing")
        await wait_until(is_prompted, "a prompt after the second post on the topic")
        say("r1", "Community Replied", "cups")
        await wait_until(is_left_alone, "no prompt after the first reply")
