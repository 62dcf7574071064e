-- Purpose:    what became of each buyer.
-- Parameters: none; relations buyers, buyer_visits, buyer_videos, buyer_prompts.
-- Grain:      one row a buyer, by its purchase; NULL for what has not happened.

WITH back AS (
  SELECT person_id, min(start_at) AS back_at
  FROM buyer_visits
  JOIN buyers USING (person_id)
  WHERE start_at > bought_at
  GROUP BY person_id
),
seen AS (
  SELECT
    person_id, min(viewed_at) AS viewed_at, min(watched_at) AS watched_at, CAST(sum(played_ms) AS BIGINT) AS played_ms
  FROM buyer_videos
  GROUP BY person_id
),
prompted AS (
  SELECT person_id, min(shown_at) AS prompted_at FROM buyer_prompts GROUP BY person_id
)
SELECT bought_at, prompted_at, viewed_at, watched_at, back_at, again_at, coalesce(played_ms, 0) AS played_ms
FROM buyers
LEFT JOIN back USING (person_id)
LEFT JOIN seen USING (person_id)
LEFT JOIN prompted USING (person_id)
ORDER BY bought_at, person_id;
