-- Purpose:    a number for every person of a site, and when it first came.
-- Parameters: $site.
-- Grain:      one row a person.

CREATE OR REPLACE TEMP TABLE walkers AS
SELECT row_number() OVER (ORDER BY person_id) - 1 AS person_no, person_id, min(ts) AS first_ts
FROM people
WHERE site_id = $site AND person_id IS NOT NULL
GROUP BY person_id;
