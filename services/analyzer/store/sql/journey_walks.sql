-- Purpose:    the steps of each chosen person around its moment, its own step left out.
-- Parameters: $window_ms, $lookback_ms, $video, $video_token; relations journey_anchors, journey_steps.
-- Grain:      one row a step.

SELECT
  journey_anchors.place,
  journey_steps.token,
  journey_steps.ts - journey_anchors.t0 AS since_ms,
  journey_steps.object,
  journey_steps.turn > journey_anchors.turn AS is_after,
  journey_steps.token = $video_token AND journey_steps.object = hash($video) AS is_own
FROM journey_anchors
JOIN journey_steps
  ON journey_steps.person_no = journey_anchors.person_no
  AND journey_steps.turn <> journey_anchors.turn
  AND journey_steps.ts >= journey_anchors.t0 - $lookback_ms
  AND journey_steps.ts <= journey_anchors.t0 + $window_ms
ORDER BY journey_anchors.place, journey_steps.turn;
