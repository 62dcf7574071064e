"""Whatever happens in whatever order, no cap is exceeded, no place is given twice, and a browser keeps its arm."""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.engager.decision.allocation import assign_arm
from services.engager.decision.decide import MODAL_KINDS, DecisionRequest, decide
from services.engager.decision.ledger import EMPTY_LEDGER, Ledger, decode_ledger, encode_ledger
from services.engager.decision.site import CompiledSite, compile_site
from services.engager.profiles.history import History
from services.engager.profiles.person import Person
from services.engager.profiles.profile import Shown
from services.engager.profiles.state import State
from shared.clock import DAY_MS, MINUTE_MS, Millis
from shared.snapshot.model import Campaign, Frequency, Variant, VisitorCap
from shared.wire.decide import Content, PromptKind, When
from tests.builders import NOW, make_site

_frequency = st.builds(
    Frequency,
    per_session=st.sampled_from([None, 1, 2]),
    per_visitor=st.sampled_from([None, VisitorCap(count=1, days=1), VisitorCap(count=3, days=2)]),
)
_kind: st.SearchStrategy[PromptKind] = st.sampled_from(["popup", "survey", "bar", "inline"])


@st.composite
def _sites(draw: st.DrawFn) -> CompiledSite:
    campaigns = [
        Campaign(
            id=f"c{number}",
            audience={"all": []},
            when=When(),
            priority=draw(st.integers(0, 2)),
            frequency=draw(_frequency),
            holdout=draw(st.sampled_from([0.0, 0.5, 1.0])),
            variants=[
                Variant(id=name, kind=draw(_kind), slot=draw(st.sampled_from([None, "top"])), content=Content())
                for name in draw(st.sampled_from([["a"], ["a", "b"]]))
            ],
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    return compile_site(make_site(campaigns=campaigns))


@dataclass
class Browser:
    """What one browser does: asks, shows what it was promised (or not), waits."""

    site: CompiledSite
    now: Millis = NOW
    session: int = 0
    ledger: Ledger = EMPTY_LEDGER
    shown: list[Shown] = field(default_factory=list)
    promised: dict[str, str] = field(default_factory=dict)
    arms: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def ask(self) -> None:
        self.asked += 1
        person = Person(History(State()), set(), self.shown, None)
        request = DecisionRequest(visitor_id="v", session_id=f"s{self.session}")
        decision = decide(self.site, person, self.ledger, request, now=self.now, decision_id=f"d{self.asked}")
        if decision.ledger is not None:
            self.ledger = decode_ledger(encode_ledger(decision.ledger))
        held = {row[0] for row in decision.candidates if row[1] == "holdout"}
        served = {prompt.campaign_id: prompt for prompt in decision.prompts}
        assert not held & served.keys()
        modal = [prompt for prompt in decision.prompts if prompt.kind in MODAL_KINDS]
        slots = [prompt.slot for prompt in decision.prompts if prompt.slot is not None]
        assert len(modal) <= 1 and len(slots) == len(set(slots))
        for campaign_id, prompt in served.items():
            assert self.arms.setdefault(campaign_id, prompt.variant_id) == prompt.variant_id
        self.promised.update({prompt.campaign_id: prompt.decision_id for prompt in decision.prompts})
        self.promised.update({holdout.campaign_id: holdout.decision_id for holdout in decision.holdouts})

    def show(self, campaign_id: str) -> None:
        decision_id = self.promised.pop(campaign_id, None)
        if decision_id is not None:
            self.shown.append(Shown(campaign_id, decision_id, self.now, f"s{self.session}"))

    def check(self) -> None:
        for campaign in self.site.groups["page_view"].campaigns:
            seen = [shown for shown in self.shown if shown.campaign_id == campaign.id]
            cap = campaign.frequency.per_visitor
            if cap is not None:
                for last in seen:
                    window = [one for one in seen if last.at - cap.days * DAY_MS <= one.at <= last.at]
                    assert len(window) <= cap.count
            if campaign.frequency.per_session is not None:
                for key in {one.session_key for one in seen}:
                    assert sum(one.session_key == key for one in seen) <= campaign.frequency.per_session


_step = st.one_of(
    st.just(("ask", 0)),
    st.tuples(st.just("show"), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.sampled_from([1, MINUTE_MS, 29 * MINUTE_MS, 31 * MINUTE_MS, DAY_MS])),
    st.just(("session", 0)),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_sites(), st.lists(_step, max_size=40))
def test_caps_hold_under_any_order_of_events(site: CompiledSite, steps: list[tuple[str, int]]) -> None:
    browser = Browser(site)
    for name, value in steps:
        match name:
            case "ask":
                browser.ask()
            case "show":
                browser.show(f"c{value}")
            case "wait":
                browser.now += value
            case "session":
                # What was armed on the old page is gone with it.
                browser.session += 1
                browser.promised.clear()
    browser.check()


def test_arms_are_drawn_by_weight_and_holdout() -> None:
    campaign = Campaign(
        id="c",
        audience={"all": []},
        when=When(),
        holdout=0.2,
        variants=[
            Variant(id=name, kind="bar", content=Content(), weight=weight) for name, weight in (("a", 3), ("b", 1))
        ],
    )
    drawn = [assign_arm("shop", campaign, f"visitor-{number}", None) for number in range(20_000)]
    shares = {arm: sum(got == arm for got, _ in drawn) / len(drawn) for arm in ("", "a", "b")}
    for arm, expected in (("", 0.2), ("a", 0.6), ("b", 0.2)):
        assert abs(shares[arm] - expected) < 0.015, "four standard errors"
        assert {round(propensity, 9) for got, propensity in drawn if got == arm} == {expected}
