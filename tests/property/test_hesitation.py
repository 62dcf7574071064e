"""What the hesitation score is trained on is what it sees live: the same features at the same moment."""

import duckdb
from hypothesis import HealthCheck, given, settings

from services.analyzer.store.questions import load_question
from services.engager.profiles.person import build_person
from services.engager.profiles.view import LiveView, SiteTerms
from shared.log.entry import LoggedMessage
from shared.rules.hesitation import FEATURES, FIXED, compute_hesitation
from tests.property.histories import NOW, PersonOf, SqlWorld, World, enrich_all, histories


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(histories(max_size=30))
def test_training_and_live_features_agree(messages: list[LoggedMessage]) -> None:
    own = [one for one in messages if b'"userId":null' in one.raw]
    enriched = enrich_all(own)
    if not own:
        return
    world = SqlWorld()
    world.fill(enriched, PersonOf.resolve(enriched))
    con: duckdb.DuckDBPyConnection = world.connection
    con.execute("CREATE OR REPLACE TEMP TABLE hesitation_history AS SELECT * FROM history")
    con.execute("CREATE OR REPLACE TEMP TABLE conversions (person_id VARCHAR, ts BIGINT)")
    span = {"from": 0, "to": NOW + 1, "patience_ms": 1, "engaged": 2}
    con.execute(load_question("hesitation_moments"), span)
    found = con.execute(f"SELECT person_id, ts, {', '.join(FEATURES)} FROM hesitation_moments").fetchall()
    con.close()
    for person_id, ts, *features in found:
        # Of several messages in one millisecond any may be the moment.
        last = [one.message_id for one in enriched if one.anonymous_id == person_id and one.timestamp == ts]
        scores = set()
        for message_id in last:
            live = World()
            so_far = [one for one in own if (one.timestamp, one.message_id) <= (ts, message_id)]
            live.log(so_far)
            person = build_person(person_id, live.load(False, person_id), [], None)
            scores.add(LiveView(person, SiteTerms(), ts).hesitation)
        assert compute_hesitation(FIXED, dict(zip(FEATURES, map(float, features), strict=True))) in scores
