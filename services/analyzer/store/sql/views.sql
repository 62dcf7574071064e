-- Purpose:    the first view of each chosen video by each person in the window.
-- Parameters: $from, $to, $viewing ('live', 'archive' or 'all'); relations video_views, chosen_videos(c0 video, c1 its
--             number).
-- Grain:      one row a video and person, numbered in order of video, t0 and person. t0 is the view's first event; a view with an event of the live stream is live.

CREATE OR REPLACE TEMP TABLE views AS
WITH chosen AS (
  SELECT c0 AS video_id, CAST(c1 AS INTEGER) AS number FROM chosen_videos
),
first_views AS (
  SELECT number, person_id, view_key, t0, is_live, by_prompt
  FROM video_views
  JOIN chosen USING (video_id)
  WHERE t0 >= $from AND t0 < $to AND ($viewing = 'all' OR is_live = ($viewing = 'live'))
  QUALIFY row_number() OVER (PARTITION BY number, person_id ORDER BY t0, view_key) = 1
)
SELECT *, row_number() OVER (ORDER BY number, t0, person_id) - 1 AS place FROM first_views;
