-- Purpose:    the videos met in events.
-- Parameters: $site.
-- Grain:      relation videos_seen, one row a video: its newest title, its most frequent length, whether it was ever live.

CREATE OR REPLACE TEMP TABLE videos_seen AS
SELECT
  video_id,
  arg_max(json_extract_string(properties, '$.title'), ts)
    FILTER (json_type(properties, '$.title') = 'VARCHAR') AS title,
  mode(video_length) AS duration,
  bool_or(livestream) AS livestream
FROM events
WHERE site_id = $site AND video_id IS NOT NULL AND NOT bot
GROUP BY video_id;
