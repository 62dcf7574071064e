-- Purpose:    which videos were watched live.
-- Parameters: relation video_views.
-- Grain:      one row a video.

SELECT DISTINCT video_id FROM video_views WHERE is_live;
