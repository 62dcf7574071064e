-- Purpose:    the known users of a site.
-- Parameters: $site, $to.
-- Grain:      relation known_users, one row a user: since when known.

CREATE OR REPLACE TEMP TABLE known_users AS
SELECT person_id, min(ts) AS known_at
FROM people
WHERE site_id = $site AND is_user AND person_id IS NOT NULL AND ts < $to
GROUP BY person_id;
