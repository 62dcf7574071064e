-- Purpose:    the moments to learn from, in order.
-- Parameters: relation subjects.
-- Grain:      one row a moment.

SELECT person_id, is_member FROM subjects ORDER BY place;
