-- Purpose:    the moments of sessions, in order.
-- Parameters: relation hesitation_moments.
-- Grain:      one row a session.

SELECT * FROM hesitation_moments ORDER BY ts, person_id, place;
