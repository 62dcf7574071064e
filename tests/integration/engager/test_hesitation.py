"""The hesitation score as a trigger: in the very decision that it shows in, by the model of the snapshot."""

from pathlib import Path
from typing import Any

from shared.rules.hesitation import FEATURES, HesitationModel
from tests.builders import make_message
from tests.integration.engager.builders import make_campaign, read_decisions, run_engager, viewed
from tests.processes import wait_until

TORN = {"all": [{"fact": "hesitation", "op": "ge", "value": 0.9}, {"fact": "session.returns", "op": "ge", "value": 1}]}
STEPS = [viewed("m1", "p1"), viewed("m2", "p2"), viewed("m3", "p1")]


def build_model(**weights: float) -> HesitationModel:
    return HesitationModel(intercept=0.0, weights=tuple(weights.get(name, 0.0) for name in FEATURES))


async def test_going_back_and_forth_brings_the_prompt_at_once(valkey_url: str, tmp_path: Path) -> None:
    campaign = make_campaign(audience=TORN)
    site = {"hesitation": build_model(returns=5.0)}
    async with run_engager(valkey_url, tmp_path, campaign, site=site, workers=False) as engager:
        assert (await engager.ask(events=STEPS[:2]))["prompts"] == []
        answer = await engager.ask(events=STEPS)
        assert [prompt["campaignId"] for prompt in answer["prompts"]] == ["hello"]
        (decision,) = await wait_until(lambda: find_decisions(valkey_url, answer["decisionId"]), "the decision")
        assert decision.facts["hesitation"] == round(32 / 33, 6) and decision.facts["session.returns"] == 1


async def find_decisions(valkey_url: str, decision_id: str) -> list[Any]:
    return [one for one in read_decisions(valkey_url) if one.decision_id == decision_id]


async def test_an_order_ends_hesitation_and_a_new_model_is_used_within_a_second(
    valkey_url: str, tmp_path: Path
) -> None:
    campaign = make_campaign(audience=TORN)
    site = {"hesitation": build_model(returns=-5.0)}
    async with run_engager(valkey_url, tmp_path, campaign, site=site) as engager:
        assert (await engager.ask(events=STEPS))["prompts"] == []
        engager.publish(campaign, version=2, hesitation=build_model(returns=5.0))

        async def prompted() -> bool:
            return bool((await engager.ask())["prompts"])

        async def left_alone() -> bool:
            return not (await engager.ask())["prompts"]

        await wait_until(prompted, "the prompt by the new model")
        order = make_message(messageId="m4", event="Order Completed", properties={"order_id": "1"}, timestamp=None)
        await engager.ask(events=[order])
        await wait_until(left_alone, "no prompt after the order")
