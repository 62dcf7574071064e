-- Purpose:    who was there in the window.
-- Parameters: $site, $from, $to.
-- Grain:      relation present_persons, one row a person.

CREATE OR REPLACE TEMP TABLE present_persons AS
SELECT DISTINCT person_id
FROM people
WHERE site_id = $site AND person_id IS NOT NULL AND ts >= $from AND ts < $to;
