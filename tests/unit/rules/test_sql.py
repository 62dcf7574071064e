"""The SQL side: no value in the text, and parameters numbered as asked."""

import pytest

from shared.rules import parse_rule, parse_where
from shared.rules.sql import SiteContext, compile_rule, compile_where

HOSTILE = "x'); DROP TABLE history; --"


@pytest.mark.parametrize(
    "rule",
    [
        {"fact": "page.path", "op": "eq", "value": HOSTILE},
        {"fact": f"traits.{HOSTILE}", "op": "contains", "value": HOSTILE},
        {"fact": f"interest.{HOSTILE}", "op": "ge", "value": 1},
        {"fact": f"video.{HOSTILE}.position", "op": "ge", "value": 1},
        {"event": HOSTILE, "within": "7d", "where": [{"property": HOSTILE, "op": "in", "value": [HOSTILE]}]},
        {"segment": HOSTILE},
        {"watched": {"video": HOSTILE, "from": 1, "to": 2}},
    ],
)
def test_values_travel_as_parameters(rule: dict[str, object]) -> None:
    query = compile_rule(parse_rule(rule, live=True), site=SiteContext("JPY", {HOSTILE: 2.0}), now=0)
    assert "DROP" not in query.sql
    assert any(HOSTILE in str(value) for value in query.parameters)


def test_conditions_number_their_parameters_from_where_they_are_told() -> None:
    where = parse_where([{"property": "plan", "op": "eq", "value": "gold"}])
    query = compile_where(where, column="h.properties", first_parameter=3)
    assert "$3" in query.sql and "$4" in query.sql and "$1:" not in query.sql
    assert query.parameters == ['$."plan"', "gold"]
    assert compile_where(()).sql == "true"
