-- Purpose:    the messages of the chosen views.
-- Parameters: relations video_events, views, chosen_videos(c0 video, c1 its number).
-- Grain:      one row a message of a chosen view.

CREATE OR REPLACE TEMP TABLE view_events AS
WITH chosen AS (
  SELECT c0 AS video_id, CAST(c1 AS INTEGER) AS number FROM chosen_videos
)
SELECT views.place, views.number, ts, message_id, event, video_position, video_length, played
FROM video_events
JOIN chosen USING (video_id)
JOIN views
  ON views.number = chosen.number
  AND views.person_id = video_events.person_id
  AND views.view_key = video_events.view_key;
