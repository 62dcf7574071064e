-- Purpose:    when the first and the last of the compared persons were triggered.
-- Parameters: relation lift_persons.
-- Grain:      one row; NULL without anybody.

SELECT min(triggered_at), max(triggered_at) FROM lift_persons;
