"""What a visitor is interested in decides which message comes: a product singled out, brands, a document asked for."""

from pathlib import Path
from typing import Any

import jwt
import msgspec

from shared.clock import system_clock
from shared.rules.interest import BrandModel
from shared.snapshot.model import ProductVideo, Variant
from shared.wire.decide import Content, ContentVideo
from tests.builders import make_message
from tests.integration.engager.builders import (
    log_messages,
    make_campaign,
    read_decisions,
    run_engager,
    viewed,
)
from tests.processes import wait_until

CONSIDERING = Path(__file__).parents[2] / "golden" / "rules" / "considering.json"


def about(product_id: str) -> Any:
    audience = {"fact": "product_of_interest", "op": "in", "value": [product_id]}
    return make_campaign(id=f"for-{product_id}", audience={"all": [audience]})


def act(message_id: str, event: str, **properties: Any) -> dict[str, Any]:
    return make_message(messageId=message_id, event=event, properties=properties, timestamp=None)


async def test_with_several_products_the_message_is_that_of_the_product_of_interest(
    valkey_url: str, tmp_path: Path
) -> None:
    campaigns = [about(product_id) for product_id in ("pot", "cup")]
    seen = [viewed("m1", "pot"), viewed("m2", "cup")]
    async with run_engager(valkey_url, tmp_path, *campaigns, workers=False) as engager:
        assert (await engager.ask(events=seen))["prompts"] == [], "neither stands out"
        seen.append(act("m3", "Product Added to Wishlist", product_id="cup"))
        answer = await engager.ask(events=seen)
        assert [prompt["campaignId"] for prompt in answer["prompts"]] == ["for-cup"]

        async def find_decision() -> list[Any]:
            return [one for one in read_decisions(valkey_url) if one.decision_id == answer["decisionId"]]

        (decision,) = await wait_until(find_decision, "the decision")
        assert decision.facts["product_of_interest"] == "cup"
        bought = act("m4", "Order Completed", order_id="o1", products=[{"product_id": "cup"}])
        after = await engager.ask(events=[*seen, bought])
        assert [prompt["campaignId"] for prompt in after["prompts"]] == ["for-pot"], "once bought, the next in line"


async def test_a_purchase_raises_its_brand_and_brands_like_it(valkey_url: str, tmp_path: Path) -> None:
    def fond(brand: str) -> Any:
        return make_campaign(id=f"fond-of-{brand}", audience={"fact": f"brand.{brand}", "op": "ge", "value": 1.4})

    campaigns = [fond("acme"), fond("zen"), fond("kin")]
    site = {"brands": BrandModel(similar={"acme": [("zen", 0.6), ("kin", 0.1)]})}
    async with run_engager(valkey_url, tmp_path, *campaigns, site=site, workers=False) as engager:
        sight = act("m1", "Product Viewed", product_id="pot", brand="acme")
        assert (await engager.ask(events=[sight]))["prompts"] == []
        bought = act("m2", "Order Completed", order_id="o1", products=[{"product_id": "pot", "brand": "acme"}])
        answer = await engager.ask(events=[sight, bought])

        async def find_decision() -> list[Any]:
            return [one for one in read_decisions(valkey_url) if one.decision_id == answer["decisionId"]]

        (decision,) = await wait_until(find_decision, "the decision")
        outcomes = {campaign_id: outcome for campaign_id, outcome, *_ in decision.candidates}
        assert outcomes == {"fond-of-acme": "served", "fond-of-zen": "modal_taken", "fond-of-kin": "audience"}
        assert decision.facts["brand.acme"] > 5 and 1.7 < decision.facts["brand.zen"] < 1.9


async def test_asking_for_a_document_is_consideration_until_the_order(valkey_url: str, tmp_path: Path) -> None:
    campaign = make_campaign(audience=msgspec.json.decode(CONSIDERING.read_bytes()))
    asked = act("m1", "Document Requested", document="catalogue")
    async with run_engager(valkey_url, tmp_path, campaign, workers=False) as engager:
        assert (await engager.ask(events=[viewed("m0")]))["prompts"] == []
        assert [one["campaignId"] for one in (await engager.ask(events=[asked]))["prompts"]] == ["hello"]
        order = act("m2", "Order Completed", order_id="o1")
        assert (await engager.ask(events=[asked, order]))["prompts"] == []


VIDEOS = [
    ProductVideo(id="all", src="/all.mp4", products=["pot", "cup", "tray"]),
    ProductVideo(id="pouring", src="/pouring.mp4", products=["pot", "pot"]),
    ProductVideo(id="firing", src="/firing.mp4", products=["cup"]),
]


def again(**fields: Any) -> Any:
    content = Content(title="Seen this?", video=ContentVideo(id="", start_at=5))
    variant = Variant(id="a", kind="video", content=content, related_video=True)
    return make_campaign(id="again", variants=[variant], **fields)


async def test_the_video_shown_is_one_of_what_the_viewer_looked_at(valkey_url: str, tmp_path: Path) -> None:
    seen = [viewed("m0", "unknown")]
    async with run_engager(valkey_url, tmp_path, again(), site={"videos": VIDEOS}, workers=False) as engager:
        nothing = await engager.ask(events=seen)
        assert nothing["prompts"] == []
        seen.append(viewed("m1", "pot"))
        (prompt,) = (await engager.ask(events=seen))["prompts"]
        video = {"id": "pouring", "start_at": 5.0, "src": "/pouring.mp4"}
        assert prompt["content"] == {"title": "Seen this?", "video": video}
        seen.append(act("m2", "Product Added to Wishlist", product_id="cup"))
        (repeated,) = (await engager.ask(events=seen))["prompts"]
        assert repeated["decisionId"] == prompt["decisionId"] and repeated["content"]["video"]["id"] == "firing"
        seen.append(act("m3", "Video Content Completed", content_asset_id="firing"))
        (other,) = (await engager.ask(events=seen))["prompts"]
        assert other["content"]["video"]["id"] == "all", "not one that was seen to its end"

        async def find_decisions() -> dict[str, Any]:
            found = {one.decision_id: one for one in read_decisions(valkey_url)}
            return found if nothing["decisionId"] in found and prompt["decisionId"] in found else {}

        decisions = await wait_until(find_decisions, "the decisions")
        assert [row[:2] for row in decisions[nothing["decisionId"]].candidates] == [("again", "no_related_video")]
        assert decisions[nothing["decisionId"]].facts["related_video"] is None
        assert decisions[prompt["decisionId"]].facts["related_video"] == "pouring"
        preview = await engager.ask(preview="again")
        assert preview["prompts"][0]["content"]["video"]["id"] in {"all", "pouring", "firing"}


async def test_who_is_held_out_is_of_the_same_kind_and_without_videos_nobody_is_prompted(
    valkey_url: str, tmp_path: Path
) -> None:
    site = {"videos": VIDEOS}
    async with run_engager(valkey_url, tmp_path, again(holdout=1.0), site=site, workers=False) as engager:
        assert (await engager.ask(events=[viewed("m1", "unknown")]))["holdouts"] == []
        assert [one["campaignId"] for one in (await engager.ask(events=[viewed("m2", "pot")]))["holdouts"]] == ["again"]
        engager.publish(again(), version=2)

        async def is_left_alone() -> bool:
            answer = await engager.ask(events=[viewed("m2", "pot")])
            return not answer["prompts"] and not answer["holdouts"]

        await wait_until(is_left_alone, "no prompt without videos")
        preview = await engager.ask(preview="again")
        assert preview["prompts"][0]["content"] == {"title": "Seen this?"}


async def test_what_a_user_looked_at_elsewhere_chooses_the_video_only_with_proof(
    valkey_url: str, tmp_path: Path
) -> None:
    key = "a signing key of at least thirty-two bytes"
    claims = {"sub": "ann", "exp": system_clock() // 1000 + 600}
    site = {"videos": VIDEOS, "signing_key": key}
    async with run_engager(valkey_url, tmp_path, again(), site=site) as engager:
        log_messages(valkey_url, viewed("m1", "pot", anonymousId="phone", userId="ann"))

        async def is_shown() -> bool:
            token = jwt.encode(claims, key, algorithm="HS256")
            prompts = (await engager.ask(anonymousId="laptop", userId="ann", userToken=token))["prompts"]
            return [prompt["content"]["video"]["id"] for prompt in prompts] == ["pouring"]

        await wait_until(is_shown, "the video of what was looked at on another device")
        stranger = {"anonymousId": "tablet", "userId": "ann"}
        assert (await engager.ask(**stranger))["prompts"] == []
        assert (await engager.ask(**stranger, userToken="junk"))["prompts"] == []
        (own,) = (await engager.ask(**stranger, events=[viewed("m2", "cup", anonymousId="tablet")]))["prompts"]
        assert own["content"]["video"]["id"] == "firing", "what this browser did itself is no secret to it"
