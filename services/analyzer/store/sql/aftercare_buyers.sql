-- Purpose:    who bought in the window, and when again.
-- Parameters: $from, $to, $until; relation conversions.
-- Grain:      relation buyers, one row a person: bought_at, its first purchase in the window, and again_at.

CREATE OR REPLACE TEMP TABLE buyers AS
WITH firsts AS (
  SELECT person_id, min(ts) AS bought_at FROM conversions WHERE ts >= $from AND ts < $to GROUP BY person_id
),
again AS (
  SELECT firsts.person_id, min(conversions.ts) AS again_at
  FROM firsts
  JOIN conversions ON conversions.person_id = firsts.person_id AND conversions.ts > firsts.bought_at
  WHERE conversions.ts < $until
  GROUP BY firsts.person_id
)
SELECT person_id, bought_at, again_at
FROM firsts
LEFT JOIN again USING (person_id);
