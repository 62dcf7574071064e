-- Purpose:    what players told of their views, as the quality questions read it.
-- Parameters: $site, $video (NULL: every video), $from, $to.
-- Grain:      one row a message of a person's player. A day around the window is read with it, so that views that
--             reach over its edges are whole. content_id is NULL for advertisements. What a view is watched with and
--             over is read where it starts.

CREATE OR REPLACE TEMP TABLE qoe_events AS
WITH told AS (
  SELECT
    person_id, ts, message_id, event, video_id, video_session, livestream, device_type, played,
    json_extract_string(properties, [
      '$.startup_ms', '$.error', '$.method', '$.rebuffer_ms', '$.rebuffers', '$.bitrate', '$.cdn', '$.host',
      '$.connection', '$.backgrounded', '$.source'
    ]) AS said,
    CASE WHEN event IN ('Video Playback Started', 'Video Content Started') THEN json_extract_string(context, [
      '$.userAgent', '$.network.effectiveType', '$.network.wifi', '$.network.cellular'
    ]) END AS around
  FROM people
  WHERE site_id = $site AND video_id IS NOT NULL AND person_id IS NOT NULL
    AND ts >= $from - 86400000 AND ts < $to + 86400000
    -- Reports that name no visitor come in a step of their own, also for a reader who wants internal traffic.
    AND NOT (internal AND starts_with(coalesce(anonymous_id, ''), 'cmcd-'))
    AND ($video IS NULL OR video_id = $video OR event LIKE 'Video Ad %')
),
read AS (
  SELECT
    person_id, ts, message_id, event, video_id, video_session, livestream, device_type,
    said[11] IS NOT DISTINCT FROM 'cmcd' AS is_report,
    CASE WHEN event LIKE 'Video Ad %' THEN NULL ELSE video_id END AS content_id,
    coalesce(said[10] = 'true', false) AS backgrounded,
    played IS NOT NULL AS tells_ranges,
    coalesce(list_sum(list_transform(played, lambda range: CAST(round(1000 * (range[2] - range[1])) AS BIGINT))), 0)
      AS played_ms,
    CASE WHEN TRY_CAST(said[1] AS DOUBLE) BETWEEN 0 AND 600000 THEN CAST(round(TRY_CAST(said[1] AS DOUBLE)) AS BIGINT) END
      AS startup_ms,
    nullif(nullif(said[2], 'false'), '') AS error,
    said[3] AS method,
    CASE WHEN TRY_CAST(said[4] AS DOUBLE) >= 0 THEN CAST(least(round(TRY_CAST(said[4] AS DOUBLE)), 600000) AS BIGINT) END
      AS rebuffer_ms,
    CASE WHEN TRY_CAST(said[5] AS DOUBLE) BETWEEN 1 AND 1000 THEN CAST(TRY_CAST(said[5] AS DOUBLE) AS BIGINT) ELSE 1 END
      AS rebuffers,
    CASE WHEN TRY_CAST(said[6] AS DOUBLE) BETWEEN 1 AND 1000000 THEN CAST(round(TRY_CAST(said[6] AS DOUBLE)) AS BIGINT)
    END AS bitrate,
    left(coalesce(nullif(said[7], ''), nullif(said[8], '')), 128) AS cdn,
    left(coalesce(
      nullif(said[9], ''), nullif(around[2], ''),
      CASE WHEN around[3] = 'true' THEN 'wifi' WHEN around[4] = 'true' THEN 'cellular' END
    ), 32) AS connection,
    left(around[1], 1024) AS user_agent
  FROM told
)
SELECT
  * EXCLUDE (video_session, opens),
  coalesce(
    's' || video_session,
    'g' || CAST(sum(opens) OVER (PARTITION BY video_id, person_id ORDER BY ts, message_id) AS VARCHAR)
  ) AS view_key
FROM (
  SELECT
    *,
    CASE
      WHEN ts - lag(ts) OVER (PARTITION BY video_id, person_id ORDER BY ts, message_id) < 1800000 THEN 0
      ELSE 1
    END AS opens
  FROM read
  WHERE video_session IS NULL AND content_id IS NOT NULL
)
UNION ALL BY NAME
SELECT * EXCLUDE (video_session), 's' || video_session AS view_key
FROM read
WHERE video_session IS NOT NULL;
