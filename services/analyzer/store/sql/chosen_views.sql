-- Purpose:    the first view of each chosen video by each person in the window.
-- Parameters: relations first_views, chosen_videos(c0 video, c1 its number, c2 'live', 'archive' or 'all').
-- Grain:      relation chosen_views, one row a video and person; `view` stands for both.

CREATE OR REPLACE TEMP VIEW chosen_views AS
SELECT CAST(c1 AS INTEGER) AS number, hash(video_id, person_id) AS view, first_views.*
FROM first_views
JOIN chosen_videos ON c0 = video_id
WHERE CASE WHEN c2 = 'all' THEN is_first ELSE is_live = (c2 = 'live') END;
