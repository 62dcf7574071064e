-- Purpose:    who was in one segment by the last run.
-- Parameters: $segment; relation stored_members.
-- Grain:      one row a person.

SELECT person_id FROM stored_members WHERE segment_id = $segment ORDER BY person_id;
