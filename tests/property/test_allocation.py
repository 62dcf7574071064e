"""Whatever is learnt in between, a browser keeps its arm, and the log keeps the chance that it was given by."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.engager.decision.decide import DecisionRequest, decide
from services.engager.decision.ledger import EMPTY_LEDGER, decode_ledger, encode_ledger
from services.engager.decision.site import compile_site
from services.engager.profiles.person import build_person
from services.engager.profiles.profile import build_profile
from shared.allocation.context import BASE, COLUMNS
from shared.allocation.draws import DRAWS, EXPLORED, Draws, pack_draws
from shared.clock import MINUTE_MS
from shared.snapshot.model import Campaign, Variant
from shared.wire.decide import Content, When
from tests.builders import NOW, make_site

ARMS = ("a", "b", "c")


@st.composite
def _draws(draw: st.DrawFn) -> Draws | None:
    columns = draw(st.sampled_from([None, (BASE,), COLUMNS]))
    if columns is None:
        return None
    few = draw(st.lists(st.floats(-5, 5, width=32), min_size=3, max_size=12))
    size = len(ARMS) * len(columns) * DRAWS
    return pack_draws(ARMS, columns, (few * (size // len(few) + 1))[:size])


_campaigns = st.builds(
    Campaign,
    id=st.just("c"),
    audience=st.just({"all": []}),
    when=st.just(When()),
    variants=st.permutations([Variant(id=arm, kind="popup", content=Content()) for arm in ARMS]),
    holdout=st.just(0.25),
    allocation=st.sampled_from(["even", "thompson", "contextual"]),
    draws=_draws(),
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.lists(st.tuples(_campaigns, st.integers(0, 90)), min_size=1, max_size=6))
def test_arm_and_chance_are_kept(visitor: int, steps: list[tuple[Campaign, int]]) -> None:
    visitor_id, ledger, now = f"v{visitor}", EMPTY_LEDGER, NOW
    seen = set()
    for campaign, minutes in steps:
        now += minutes * MINUTE_MS
        site = compile_site(make_site(campaigns=[campaign]))
        person = build_person(visitor_id, build_profile(), [], None)
        decision = decide(site, person, ledger, DecisionRequest(visitor_id), now=now, decision_id="d")
        ((_, outcome, arm, chance),) = decision.candidates
        assert outcome in ("served", "holdout", "repeated") and chance is not None
        seen.add((arm, round(chance, 12)))
        if decision.ledger is not None:
            ledger = decode_ledger(encode_ledger(decision.ledger))
        if arm is None:
            assert chance == 0.25
        else:
            assert 0.75 * EXPLORED / len(ARMS) <= chance + 1e-12 and chance <= 0.75
    if steps[0][0].allocation != "even":
        assert len(seen) == 1
    assert len({arm for arm, _ in seen}) == 1
