-- Purpose:    which videos were watched live.
-- Parameters: relation video_events.
-- Grain:      one row a video.

SELECT DISTINCT video_id FROM video_events WHERE livestream;
