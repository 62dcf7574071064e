"""What the engager keeps back: another's traits without proof, and prompts from whoever refuses them."""

from pathlib import Path
from typing import Any

import jwt

from shared.clock import system_clock
from tests.builders import make_message
from tests.integration.engager.builders import log_messages, make_campaign, run_engager
from tests.processes import wait_until


def ids(answer: dict[str, Any]) -> list[str]:
    return [prompt["campaignId"] for prompt in answer["prompts"]]


async def test_a_visitor_who_refuses_personalisation_gets_no_prompts(valkey_url: str, tmp_path: Path) -> None:
    def tell(personalisation: bool | None, message_id: str) -> dict[str, Any]:
        consent = {"analytics": True, "personalisation": personalisation, "replay": False}
        return make_message(messageId=message_id, timestamp=None, context={"consent": consent})

    async with run_engager(valkey_url, tmp_path, make_campaign()) as engager:
        assert ids(await engager.ask()) == ["hello"]
        refused = await engager.ask(events=[tell(False, "no")])
        assert (ids(refused), refused["holdouts"], refused["eventsAccepted"]) == ([], [], 1)

        async def remembered() -> bool:
            return ids(await engager.ask(events=[tell(None, "silent")])) == []

        await wait_until(remembered, "the refusal, in the profile")
        assert ids(await engager.ask(anonymousId="visitor-2")) == ["hello"]
        assert ids(await engager.ask(events=[tell(True, "yes")])) == ["hello"]


async def test_an_id_may_be_as_long_as_a_message_can_carry(valkey_url: str, tmp_path: Path) -> None:
    async with run_engager(valkey_url, tmp_path, make_campaign()) as engager:
        assert ids(await engager.ask(anonymousId="v" * 5_000)) == ["hello"]


async def test_traits_told_elsewhere_need_proof_of_the_user(valkey_url: str, tmp_path: Path) -> None:
    gold = make_campaign(audience={"fact": "traits.plan", "op": "eq", "value": "gold"})
    key = "a signing key of at least thirty-two bytes"

    def sign(subject: str, lives_s: int = 600) -> str:
        return jwt.encode({"sub": subject, "exp": system_clock() // 1000 + lives_s}, key, algorithm="HS256")

    async with run_engager(valkey_url, tmp_path, gold, site={"signing_key": key}) as engager:
        told = make_message(
            anonymousId="phone", userId="ann", type="identify", event=None, timestamp=None, traits={"plan": "gold"}
        )
        log_messages(valkey_url, told)

        async def proven() -> bool:
            return ids(await engager.ask(anonymousId="laptop", userToken=sign("ann"))) == ["hello"]

        await wait_until(proven, "the user's trait on another device, with proof")
        for unproven in ({}, {"userToken": sign("ann", -1)}, {"userToken": sign("bob")}, {"userToken": "junk"}):
            assert ids(await engager.ask(anonymousId="tablet", userId="ann", **unproven)) == [], unproven
        assert ids(await engager.ask(anonymousId="phone")) == ["hello"], "it said so itself"
        assert ids(await engager.ask(anonymousId="phone", userToken=sign("ann", -1))) == [], "a token that fails"
