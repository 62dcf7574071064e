-- Purpose:    whether those who did not convert could not watch, or watched and were not persuaded.
-- Parameters: $video (NULL: of any video), $window_ms, $slow_ms, $left_play_ms, $left_ms; relations qoe_views, conversions.
-- Grain:      one row. A person could not watch when every one of their views had trouble: it failed, was given up
--             before it started, started slowly and was left, stood still for a tenth of the time, or was left at a stall.

WITH persons AS (
  SELECT
    person_id,
    min(t0) AS t0,
    bool_and(
      failure IS NOT NULL
      OR is_exit_before_start
      OR (NOT is_completed AND coalesce(startup_ms >= $slow_ms, false) AND play_ms < $left_play_ms)
      OR coalesce(rebuffer_share >= 0.1, false)
      OR (NOT is_completed AND coalesce(last_seen_at <= stalled_at + $left_ms, false))
    ) AS could_not_watch
  FROM qoe_views
  WHERE person_id IS NOT NULL AND ($video IS NULL OR video_id = $video)
  GROUP BY person_id
),
judged AS (
  SELECT
    persons.*,
    EXISTS (
      SELECT 1 FROM conversions
      WHERE conversions.person_id = persons.person_id
        AND conversions.ts > persons.t0 AND conversions.ts <= persons.t0 + $window_ms
    ) AS converted
  FROM persons
)
SELECT
  count(*) FILTER (NOT converted) AS non_converters,
  count(*) FILTER (NOT converted AND could_not_watch) AS did_not_play,
  count(*) FILTER (NOT converted AND NOT could_not_watch) AS did_not_persuade
FROM judged;
