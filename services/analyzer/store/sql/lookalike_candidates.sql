-- Purpose:    who could be found: people of the window who are no members and have not viewed what the seed viewed.
-- Parameters: $site, $from, $to; relations seeds, seed_traces.
-- Grain:      relation subjects, one row a person, a moment after its last message of the window.

CREATE OR REPLACE TEMP TABLE subjects AS
WITH present AS (
  SELECT person_id, max(ts) + 1 AS t0, bool_or(is_user) AS is_user
  FROM people
  WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IS NOT NULL
  GROUP BY person_id
)
SELECT row_number() OVER (ORDER BY present.person_id) - 1 AS place, present.*
FROM present
LEFT JOIN seed_traces USING (person_id)
ANTI JOIN seeds USING (person_id)
WHERE NOT coalesce(seed_traces.has_viewed, false);
