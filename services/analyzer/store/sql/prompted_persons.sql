-- Purpose:    who was there, and who was shown a prompt or had one withheld.
-- Parameters: $site, $from, $to.
-- Grain:      relation prompted_persons, one row a person.

CREATE OR REPLACE TEMP TABLE prompted_persons AS
SELECT person_id, bool_or(event = 'Prompt Shown') AS shown, bool_or(event = 'Prompt Withheld') AS withheld
FROM people
WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IS NOT NULL
GROUP BY person_id;
