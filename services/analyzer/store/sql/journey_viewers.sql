-- Purpose:    the first view of a video by each person in the window, as a moment on its walk.
-- Parameters: $video, $from, $to, $video_token, $first_channel, $most; relations journey_views, walkers,
--             journey_steps.
-- Grain:      one row a followed person, at most $most of them by hash; `viewers` counts all.

CREATE OR REPLACE TEMP TABLE journey_anchors AS
WITH firsts AS (
  SELECT person_id, min(t0) AS t0, count(*) OVER () AS viewers
  FROM journey_views
  WHERE video_id = $video AND t0 >= $from AND t0 < $to
  GROUP BY person_id
),
chosen AS (
  SELECT firsts.*, walkers.person_no, walkers.first_ts
  FROM firsts
  JOIN walkers USING (person_id)
  QUALIFY row_number() OVER (ORDER BY hash(person_id), person_id) <= $most
),
placed AS (
  SELECT
    chosen.person_no,
    min(journey_steps.turn) FILTER (
      journey_steps.ts = chosen.t0 AND journey_steps.token = $video_token AND journey_steps.object = hash($video)
    ) AS turn
  FROM chosen
  JOIN journey_steps ON journey_steps.person_no = chosen.person_no AND journey_steps.ts = chosen.t0
  GROUP BY chosen.person_no
),
visits AS (
  SELECT placed.person_no, max(journey_steps.turn) AS visit_turn
  FROM placed
  JOIN journey_steps ON journey_steps.person_no = placed.person_no AND journey_steps.turn < placed.turn
  WHERE journey_steps.token >= $first_channel
  GROUP BY placed.person_no
)
SELECT
  chosen.*, placed.turn, visits.visit_turn, 1 AS steps, row_number() OVER (ORDER BY t0, person_id) - 1 AS place
FROM chosen
JOIN placed USING (person_no)
LEFT JOIN visits USING (person_no);
