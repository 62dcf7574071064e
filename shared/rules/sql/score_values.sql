-- Purpose: one score of every person at the time of its own last counted event: without a new one it stays the same.
-- Relation in: history. Parameters as in score.sql; {weight} is an expression of ts and last_at.
-- Grain: one row a person with a counted event.
WITH counted AS (
    SELECT person_id, is_user, ts, points
    FROM (
        SELECT person_id, is_user, ts, {points} AS points
        FROM history
        WHERE event IN ({events})
        {once}
    )
    WHERE points <> 0
),
newest AS (
    SELECT person_id, max(ts) AS last_at FROM counted GROUP BY person_id
)
SELECT person_id, bool_or(is_user) AS is_user, sum(points * {weight}) AS value, max(last_at) AS valued_at
FROM counted
JOIN newest USING (person_id)
GROUP BY person_id
