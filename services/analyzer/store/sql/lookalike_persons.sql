-- Purpose:    the candidates, in order.
-- Parameters: relation subjects.
-- Grain:      one row a person.

SELECT person_id, is_user FROM subjects ORDER BY place;
