-- Purpose:    the messages of videos, each with the view it belongs to.
-- Parameters: $site, $video (NULL: every video).
-- Grain:      one row a message. A view is one person, video and session id; without a session id a gap of 30
--             minutes parts two views.

CREATE OR REPLACE TEMP TABLE video_events AS
WITH seen AS NOT MATERIALIZED (
  SELECT
    video_id, person_id, ts, message_id, event, video_session, video_position, video_length, played, livestream,
    event = 'Video Playback Started'
      AND coalesce(json_extract_string(properties, '$.started_by_prompt') NOT IN ('false', ''), false) AS by_prompt
  FROM people
  WHERE site_id = $site AND video_id = coalesce($video, video_id) AND person_id IS NOT NULL
),
unnamed AS (
  SELECT
    *,
    CASE
      WHEN ts - lag(ts) OVER (PARTITION BY video_id, person_id ORDER BY ts, message_id) < 1800000 THEN 0
      ELSE 1
    END AS opens
  FROM seen
  WHERE video_session IS NULL
)
SELECT * EXCLUDE (video_session), 's' || video_session AS view_key
FROM seen
WHERE video_session IS NOT NULL
UNION ALL
SELECT
  * EXCLUDE (video_session, opens),
  'g' || CAST(sum(opens) OVER (PARTITION BY video_id, person_id ORDER BY ts, message_id) AS VARCHAR) AS view_key
FROM unnamed;
