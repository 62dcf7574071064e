-- Purpose:    the first view of one video by each person in the window.
-- Parameters: $site, $video, $from, $to, $viewing ('live', 'archive' or 'all').
-- Grain:      one row a person. A view is one person, video and session id; without a session id a gap of 30
--             minutes parts two views. t0 is the view's first event.

CREATE OR REPLACE TEMP TABLE views AS
WITH seen AS (
  SELECT
    person_id, ts, message_id, video_session, livestream,
    coalesce(json_extract_string(properties, '$.started_by_prompt') NOT IN ('false', ''), false) AS by_prompt,
    CASE
      WHEN video_session IS NOT NULL THEN 0
      WHEN ts - lag(ts) OVER (PARTITION BY person_id, video_session ORDER BY ts, message_id) < 1800000 THEN 0
      ELSE 1
    END AS opens
  FROM people
  WHERE site_id = $site AND video_id = $video AND person_id IS NOT NULL
),
keyed AS (
  SELECT
    *,
    coalesce('s' || video_session, 'g' || CAST(sum(opens) OVER (
      PARTITION BY person_id, video_session ORDER BY ts, message_id
    ) AS VARCHAR)) AS view_key
  FROM seen
),
all_views AS (
  SELECT
    person_id, view_key, min(ts) AS t0, max(ts) AS last_ts,
    bool_or(livestream) AS is_live, bool_or(by_prompt) AS by_prompt
  FROM keyed
  GROUP BY person_id, view_key
),
first_views AS (
  SELECT *
  FROM all_views
  WHERE t0 >= $from AND t0 < $to AND ($viewing = 'all' OR is_live = ($viewing = 'live'))
  QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY t0, view_key) = 1
)
SELECT *, row_number() OVER (ORDER BY t0, person_id) - 1 AS place FROM first_views;
