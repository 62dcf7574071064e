-- Purpose:    the relation `persons` of the rule language, for rules that tell no session from another.
-- Parameters: $site.
-- Grain:      relation persons, one row a person, and whether its id is a user id.

CREATE OR REPLACE TEMP TABLE persons AS
SELECT person_id, bool_or(is_user) AS is_user
FROM people
WHERE site_id = $site AND person_id IS NOT NULL
GROUP BY person_id;
