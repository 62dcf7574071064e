-- Purpose:    what became of each buyer.
-- Parameters: none; relations buyers, buyer_visits, buyer_videos, buyer_prompts.
-- Grain:      one row a buyer, by place; NULL for what has not happened.

WITH back AS (
  SELECT place, min(start_at) AS back_at
  FROM buyer_visits
  JOIN buyers USING (place)
  WHERE start_at > bought_at
  GROUP BY place
),
seen AS (
  SELECT
    place, min(viewed_at) AS viewed_at, min(watched_at) AS watched_at, CAST(sum(played_ms) AS BIGINT) AS played_ms
  FROM buyer_videos
  GROUP BY place
),
prompted AS (
  SELECT place, min(shown_at) AS prompted_at FROM buyer_prompts GROUP BY place
)
SELECT bought_at, prompted_at, viewed_at, watched_at, back_at, again_at, coalesce(played_ms, 0) AS played_ms
FROM buyers
LEFT JOIN back USING (place)
LEFT JOIN seen USING (place)
LEFT JOIN prompted USING (place)
ORDER BY place;
