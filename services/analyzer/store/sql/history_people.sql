-- Purpose:    every person of a site's history, and whether its id is a user id.
-- Parameters: relation history.
-- Grain:      one row a person.

SELECT person_id, bool_or(is_user) FROM history GROUP BY person_id;
