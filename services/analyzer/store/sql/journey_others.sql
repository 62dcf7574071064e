-- Purpose:    persons who never viewed the video, each at its moment.
-- Parameters: $video, $video_token, $most; relations journey_moments, journey_steps.
-- Grain:      one row a person, at most $most of them by hash; `viewers` counts nobody.

CREATE OR REPLACE TEMP TABLE journey_anchors AS
WITH viewed AS (
  SELECT DISTINCT person_no FROM journey_steps WHERE token = $video_token AND object = hash($video)
),
chosen AS (
  SELECT journey_moments.* EXCLUDE (rank), 0 AS viewers
  FROM journey_moments
  ANTI JOIN viewed USING (person_no)
  QUALIFY row_number() OVER (ORDER BY rank, person_id) <= $most
)
SELECT *, row_number() OVER (ORDER BY t0, person_id) - 1 AS place FROM chosen;
