-- Purpose:    everybody, and when each first came.
-- Parameters: $site.
-- Grain:      one row a person.

CREATE OR REPLACE TEMP TABLE journey_known AS
SELECT person_id, min(ts) AS first_ts
FROM people
WHERE site_id = $site AND person_id IS NOT NULL
GROUP BY person_id;
