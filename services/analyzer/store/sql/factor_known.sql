-- Purpose:    who was there, and since when.
-- Parameters: $site, $from, $to.
-- Grain:      relation factor_known, one row a person; `lot` is its hash.

CREATE OR REPLACE TEMP TABLE factor_known AS
SELECT person_id, min(ts) AS began, md5(person_id) AS lot
FROM people
WHERE site_id = $site AND person_id IS NOT NULL AND ts >= $from AND ts < $to
GROUP BY person_id;
