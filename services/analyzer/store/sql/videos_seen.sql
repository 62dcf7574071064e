-- Purpose:    the videos met in events.
-- Parameters: $site, $since (received time).
-- Grain:      one row a video: its newest title, its most frequent length, whether it was ever live.

SELECT
  video_id,
  arg_max(json_extract_string(properties, '$.title'), ts)
    FILTER (json_type(properties, '$.title') = 'VARCHAR') AS title,
  mode(video_length) AS duration,
  bool_or(livestream) AS livestream
FROM events
WHERE site_id = $site AND received_at >= $since AND video_id IS NOT NULL AND NOT bot
GROUP BY video_id
ORDER BY video_id;
