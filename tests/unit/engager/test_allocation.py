"""A decision by learnt shares: what was given is kept with its chance, and the context is logged that chose it."""

from services.engager.decision.decide import Decision, DecisionRequest, decide
from services.engager.decision.ledger import EMPTY_LEDGER, Ledger, Reservation, decode_ledger, encode_ledger
from services.engager.decision.site import CompiledSite, compile_site
from services.engager.profiles.person import build_person
from services.engager.profiles.profile import build_profile
from shared.allocation.context import BASE
from shared.allocation.draws import DRAWS, Draws, pack_draws
from shared.clock import HOUR_MS, Millis
from shared.snapshot.model import Campaign, Variant
from shared.wire.decide import Content, Page, When
from tests.builders import NOW, make_site

PAGE = Page(url="https://shop.example/", path="/", title="", referrer="https://www.google.com/")


def make_draws(a: float, b: float) -> Draws:
    return pack_draws("ab", (BASE,), [a] * DRAWS + [b] * DRAWS)


def compile_campaign(allocation: str = "thompson", draws: Draws | None = None, arms: str = "ab") -> CompiledSite:
    variants = [Variant(id=arm, kind="popup", content=Content()) for arm in arms]
    campaign = Campaign(id="c", audience={"all": []}, when=When(), variants=variants, draws=draws)
    campaign.allocation = "contextual" if allocation == "contextual" else "even" if allocation == "even" else "thompson"
    return compile_site(make_site(campaigns=[campaign]))


def ask(site: CompiledSite, visitor: str, ledger: Ledger = EMPTY_LEDGER, now: Millis = NOW) -> Decision:
    person = build_person(visitor, build_profile(), [], None)
    return decide(site, person, ledger, DecisionRequest(visitor, page=PAGE), now=now, decision_id="d")


def test_what_was_given_is_kept_with_its_chance_when_shares_change_and_promises_lapse() -> None:
    site = compile_campaign(draws=make_draws(0.2, 0.1))
    first = ask(site, "v1")
    assert first.candidates == [("c", "served", "a", 0.975)]
    assert first.ledger is not None and first.ledger.chances == {"c": 0.975}
    ledger = decode_ledger(encode_ledger(first.ledger))
    turned = compile_campaign(draws=make_draws(0.1, 0.2))
    assert ask(turned, "v2").candidates[0][2:] == ("b", 0.975)
    for site_now in (turned, compile_campaign(), compile_campaign("even")):
        later = ask(site_now, "v1", ledger, NOW + HOUR_MS)
        assert later.candidates == [("c", "served", "a", 0.975)]
        assert later.ledger is not None and later.ledger.chances == {"c": 0.975}
    gone = ask(compile_campaign(draws=make_draws(0.1, 0.2), arms="bz"), "v1", ledger, NOW + HOUR_MS)
    assert gone.ledger is not None and gone.ledger.chances == {"c": 0.5}, "z is new: evenly, until it was learnt"


def test_a_ledger_from_before_has_no_chances_and_one_given_evenly_needs_none() -> None:
    old = encode_ledger((({"c": "a"}), (Reservation("c", "d0", "a", NOW, None),)))
    ledger = decode_ledger(old)
    assert ledger.chances == {} and ledger.assignments == {"c": "a"}
    site = compile_campaign(draws=make_draws(0.1, 0.2))
    assert ask(site, "v1", ledger).candidates == [("c", "repeated", "a", 0.5)]
    evenly = ask(compile_campaign("even", draws=make_draws(0.1, 0.2)), "v1")
    assert evenly.candidates[0][3] == 0.5 and evenly.ledger is not None and evenly.ledger.chances == {}


def test_the_context_is_logged_with_and_without_draws_and_only_where_it_chose() -> None:
    for draws in (None, make_draws(0.1, 0.2)):
        facts = ask(compile_campaign("contextual", draws), "v1").facts
        assert (facts["channel"], facts["session.is_first"], facts["device.type"]) == ("organic_search", True, None)
        assert 0 <= facts["time.hour"] < 24
    assert ask(compile_campaign(draws=make_draws(0.1, 0.2)), "v1").facts == {}
    assert ask(compile_campaign("contextual"), "v1").candidates[0][3] == 0.5
