-- Purpose:    whether any event names a video.
-- Parameters: $site, $video.
-- Grain:      one row, or none.

SELECT 1 FROM events WHERE site_id = $site AND video_id = $video LIMIT 1;
