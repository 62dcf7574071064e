"""A visitor whose profile cannot be read gets nothing, and the page still learns when to ask again."""

from services.engager.decision.decide import DecisionRequest, decide_nothing
from services.engager.decision.site import compile_site
from shared.snapshot.model import Campaign, Variant
from shared.wire.decide import Content, Trigger, When
from tests.builders import NOW, make_site


def test_nothing_is_shown_and_moments_are_told() -> None:
    variant = Variant(id="a", kind="popup", content=Content(title="t"))
    whens = [When(type="immediate"), When(type="video_paused", video="film"), When(type="video_paused", video="film")]
    campaigns = [
        Campaign(id=f"c{number}", audience={"all": []}, when=when, variants=[variant])
        for number, when in enumerate(whens)
    ]
    site = compile_site(make_site(campaigns=campaigns))
    at_page_view = decide_nothing(site, DecisionRequest("v"), now=NOW, decision_id="d")
    assert (at_page_view.prompts, at_page_view.holdouts) == ([], [])
    assert at_page_view.triggers == [whens[1]]
    later = DecisionRequest("v", trigger=Trigger(type="video_paused"))
    assert decide_nothing(site, later, now=NOW, decision_id="d").triggers == []
