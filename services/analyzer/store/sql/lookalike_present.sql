-- Purpose:    the people of the window, each with a moment after its last message.
-- Parameters: $site, $from, $to.
-- Grain:      relation present, one row a person.

CREATE OR REPLACE TEMP TABLE present AS
SELECT person_id, max(ts) + 1 AS t0, bool_or(is_user) AS is_user
FROM people
WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IS NOT NULL
GROUP BY person_id;
