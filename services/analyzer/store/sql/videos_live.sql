-- Purpose:    which videos were watched live.
-- Parameters: relation first_views.
-- Grain:      one row a video.

SELECT DISTINCT video_id FROM first_views WHERE is_live;
