-- Purpose:    how many messages each video has.
-- Parameters: relation video_events.
-- Grain:      one row a video.

SELECT video_id, count(*) FROM video_events GROUP BY video_id;
