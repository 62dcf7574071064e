-- Purpose:    sums over views, by one dimension, for some videos and for all of them (video_id NULL).
-- Parameters: {dimension}: a column of qoe_views, or a constant for all views; $videos (NULL: every one); relation
--             qoe_views.
-- Grain:      one row a video (or all) and value of the dimension. Ratios are made of these sums, never averaged.

WITH views AS (
  SELECT *, true AS is_all FROM (SELECT * REPLACE (NULL AS video_id) FROM qoe_views)
  UNION ALL
  SELECT *, false AS is_all FROM qoe_views WHERE $videos IS NULL OR video_id IN (SELECT unnest($videos))
)
SELECT
  is_all,
  video_id,
  {dimension} AS value,
  count(*) AS plays,
  count(DISTINCT person_id) AS persons,
  count(*) FILTER (is_started) AS started,
  count(startup_ms) AS startups,
  quantile_cont(startup_ms, 0.5) AS startup_p50,
  quantile_cont(startup_ms, 0.95) AS startup_p95,
  avg(100 * 8 / (8 + startup_ms / 1000)) AS startup_score,
  count(*) FILTER (is_exit_before_start) AS exits_before_start,
  count(*) FILTER (failure = 'start') AS start_failures,
  count(*) FILTER (failure = 'playback') AS playback_failures,
  CAST(sum(play_ms) AS BIGINT) AS play_ms,
  CAST(sum(background_ms) AS BIGINT) AS background_ms,
  CAST(sum(rebuffer_ms) AS BIGINT) AS rebuffer_ms,
  CAST(sum(rebuffers) AS BIGINT) AS rebuffers,
  CAST(sum(startup_stall_ms) AS BIGINT) AS startup_stall_ms,
  CAST(sum(seek_stall_ms) AS BIGINT) AS seek_stall_ms,
  CAST(sum(ad_stall_ms) AS BIGINT) AS ad_stall_ms,
  CAST(sum(bitrate_ms) AS BIGINT) AS bitrate_ms,
  CAST(sum(bitrate_weighted) AS DOUBLE) AS bitrate_weighted,
  avg((100 / sqrt(1 + power(rebuffers / 2, 2)) + 100 * exp(-10 * rebuffer_share)) / 2)
    FILTER (rebuffer_share IS NOT NULL) AS smoothness_score
FROM views
GROUP BY is_all, video_id, value
ORDER BY is_all DESC, video_id, plays DESC, value;
