-- Purpose:    the seed of the most engaged: the fifth of the window's viewers who played most seconds of videos (where
--             players do not tell, who sent most messages about them).
-- Parameters: $site, $from, $to.
-- Grain:      one row a person.

CREATE OR REPLACE TEMP TABLE seeds AS
WITH told AS (
  SELECT
    person_id,
    coalesce(list_sum([greatest(0, span[2] - span[1]) FOR span IN played]), 0) AS seconds
  FROM people
  WHERE site_id = $site AND ts >= $from AND ts < $to AND video_id IS NOT NULL AND person_id IS NOT NULL
),
viewers AS (
  SELECT person_id, sum(seconds) AS seconds, count(*) AS messages FROM told GROUP BY person_id
)
SELECT person_id
FROM viewers
QUALIFY row_number() OVER (ORDER BY seconds DESC, messages DESC, person_id) <= ceil(0.2 * count(*) OVER ());
