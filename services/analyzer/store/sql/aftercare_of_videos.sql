-- Purpose:    what each video did with buyers.
-- Parameters: $again_ms (from the purchase on), $now, $most; relations buyers, buyer_videos, conversions.
-- Grain:      one row a video, those watched by most first. told: viewers whose player told seconds; bought_again:
--             watchers with a purchase after watching; open: watchers without one who have days to come.

WITH won AS (
  SELECT DISTINCT buyer_videos.person_id, buyer_videos.video_id
  FROM buyer_videos
  JOIN buyers USING (person_id)
  JOIN conversions
    ON conversions.person_id = buyers.person_id
    AND conversions.ts > buyer_videos.watched_at AND conversions.ts <= buyers.bought_at + $again_ms
)
SELECT
  buyer_videos.video_id, count(*) AS viewers, count(watched_at) AS watched,
  CAST(coalesce(sum(played_ms), 0) AS BIGINT) AS played_ms, count(played_ms) AS told,
  count(won.person_id) AS bought_again,
  count(*) FILTER (watched_at IS NOT NULL AND won.person_id IS NULL AND bought_at + $again_ms > $now) AS open
FROM buyer_videos
JOIN buyers USING (person_id)
LEFT JOIN won USING (person_id, video_id)
GROUP BY buyer_videos.video_id
ORDER BY watched DESC, viewers DESC, buyer_videos.video_id
LIMIT $most;
