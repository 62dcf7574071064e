-- Purpose: the points of one score, each halving in weight with time.
-- Relation in: history. Parameters: {events}, {points} (an expression on the row), {weight} (an expression of ts),
-- {once}: a condition that keeps the earliest message of an order id. Grain: one row a person with a counted event.
SELECT
    person_id,
    floor(sum(points * {weight}) * 1e6 + 0.5) / 1e6 AS value
FROM (
    SELECT person_id, ts, {points} AS points
    FROM history
    WHERE event IN ({events})
    {once}
)
GROUP BY person_id
