-- Purpose:    the persons under comparison, each with its moment.
-- Parameters: relation journey_anchors.
-- Grain:      one row a person.

SELECT person_id, t0, (turn - coalesce(visit_turn, turn)) // 2 AS visit_step, first_ts, viewers, steps
FROM journey_anchors
ORDER BY place;
