-- Purpose:    the steps of everybody followed.
-- Parameters: relation journey_steps.
-- Grain:      one row a step, in order.

SELECT person_no, turn, ts, token, object FROM journey_steps ORDER BY person_no, turn;
