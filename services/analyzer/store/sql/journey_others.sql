-- Purpose:    persons who had not viewed the video by their moment.
-- Parameters: $video, $video_token, $from, $most; relations journey_moments, journey_steps.
-- Grain:      one row a person, at most $most of them by a hash of its own for each video; `viewers` counts nobody.
--             Who views later belongs to them: leaving those out would leave out whoever stays longer.

CREATE OR REPLACE TEMP TABLE journey_anchors AS
WITH viewed AS (
  SELECT person_no, min(turn) AS first_turn
  FROM journey_steps
  WHERE token = $video_token AND object = hash($video) AND ts >= $from
  GROUP BY person_no
),
chosen AS (
  SELECT journey_moments.*, 0 AS viewers
  FROM journey_moments
  LEFT JOIN viewed USING (person_no)
  WHERE viewed.first_turn IS NULL OR journey_moments.turn < viewed.first_turn
  QUALIFY row_number() OVER (ORDER BY hash(person_id || ':' || $video), person_id) <= $most
)
SELECT *, row_number() OVER (ORDER BY t0, person_id) - 1 AS place FROM chosen;
