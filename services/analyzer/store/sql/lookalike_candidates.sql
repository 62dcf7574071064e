-- Purpose:    whose behaviour is asked for, and before which moment: who could be found, people of the window who are no
--             members and have not viewed what the seed viewed.
-- Parameters: $site, $from, $to; relations seeds, seed_traces.
-- Grain:      relation subject_moments, one row a person, a moment after its last message of the window.

CREATE OR REPLACE TEMP TABLE subject_moments AS
WITH present AS (
  SELECT person_id, max(ts) + 1 AS t0, bool_or(is_user) AS is_user
  FROM people
  WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IS NOT NULL
  GROUP BY person_id
)
SELECT present.*
FROM present
ANTI JOIN seeds USING (person_id)
ANTI JOIN (SELECT person_id FROM seed_traces WHERE has_viewed) AS viewers USING (person_id);
