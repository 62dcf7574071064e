-- Purpose:    the messages of the chosen views.
-- Parameters: $video; relations video_events, views.
-- Grain:      one row a message of a chosen view.

CREATE OR REPLACE TEMP TABLE view_events AS
SELECT views.place, ts, message_id, event, video_position, video_length, played
FROM video_events
JOIN views ON views.person_id = video_events.person_id AND views.view_key = video_events.view_key
WHERE video_events.video_id = $video;
