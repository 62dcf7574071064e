-- Purpose:    what persons did of one behaviour that an operator defined.
-- Parameters: $1 site, $2 from, $3 to, $4 event, $5 name of the behaviour, {where}: its conditions (from $6 on);
--             relations factor_near, and acts, which grows.
-- Grain:      one row an act of a person.

INSERT INTO acts
SELECT person_id, ts, CAST($5 AS VARCHAR)
FROM people
WHERE site_id = $1 AND ts >= $2 AND ts < $3 AND event = $4 AND ({where})
  AND person_id IN (SELECT person_id FROM factor_near);
