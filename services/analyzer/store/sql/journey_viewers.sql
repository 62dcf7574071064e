-- Purpose:    the first view of a video by each person in the window, as a moment on its walk.
-- Parameters: $video, $from, $to, $video_token, $most; relations video_events, walkers,
--             journey_steps.
-- Grain:      one row a person, at most $most of them by hash; `viewers` counts all.

CREATE OR REPLACE TEMP TABLE journey_anchors AS
WITH all_views AS (
  SELECT person_id, view_key, min(ts) AS t0
  FROM video_events
  WHERE video_id = $video
  GROUP BY person_id, view_key
),
firsts AS (
  SELECT walkers.person_no, walkers.person_id, walkers.first_ts, all_views.t0
  FROM all_views
  JOIN walkers USING (person_id)
  WHERE t0 >= $from AND t0 < $to
  QUALIFY row_number() OVER (PARTITION BY walkers.person_no ORDER BY t0, view_key) = 1
),
placed AS (
  SELECT firsts.*, journey_steps.turn, journey_steps.visit_step, count(*) OVER () AS viewers
  FROM firsts
  JOIN journey_steps
    ON journey_steps.person_no = firsts.person_no
    AND journey_steps.ts = firsts.t0
    AND journey_steps.token = $video_token
    AND journey_steps.object = hash($video)
  QUALIFY row_number() OVER (PARTITION BY firsts.person_no ORDER BY journey_steps.turn) = 1
),
chosen AS (
  SELECT *
  FROM placed
  QUALIFY row_number() OVER (ORDER BY hash(person_id), person_id) <= $most
)
SELECT *, row_number() OVER (ORDER BY t0, person_id) - 1 AS place FROM chosen;
