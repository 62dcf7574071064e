-- Purpose:    the first view of one video by each person in the window.
-- Parameters: $video, $from, $to, $viewing ('live', 'archive' or 'all'); relation video_events.
-- Grain:      one row a person. t0 is the view's first event; a view with an event of the live stream is live.

CREATE OR REPLACE TEMP TABLE views AS
WITH all_views AS (
  SELECT
    person_id, view_key, min(ts) AS t0, bool_or(livestream) AS is_live, bool_or(by_prompt) AS by_prompt
  FROM video_events
  WHERE video_id = $video
  GROUP BY person_id, view_key
),
first_views AS (
  SELECT *
  FROM all_views
  WHERE t0 >= $from AND t0 < $to AND ($viewing = 'all' OR is_live = ($viewing = 'live'))
  QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY t0, view_key) = 1
)
SELECT *, row_number() OVER (ORDER BY t0, person_id) - 1 AS place FROM first_views;
