-- Purpose:    the views of videos.
-- Parameters: relation video_events.
-- Grain:      one row a view: its first event, whether any was of the live stream, whether a prompt started it.

CREATE OR REPLACE TEMP TABLE video_views AS
SELECT
  video_id, person_id, view_key, min(ts) AS t0, bool_or(livestream) AS is_live, bool_or(by_prompt) AS by_prompt
FROM video_events
GROUP BY video_id, person_id, view_key;
