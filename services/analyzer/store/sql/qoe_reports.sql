-- Purpose:    adds the CMCD reports that name no visitor to what players told.
-- Parameters: $site, $video (NULL: every video), $from, $to; relation qoe_events.
-- Grain:      one row a report. It belongs to whoever's player has the same session id, and to nobody (person_id
--             NULL) when there is none.

INSERT INTO qoe_events BY NAME
WITH reports AS (
  SELECT
    ts, message_id, event, video_id, livestream, device_type,
    's' || json_extract_string(properties, '$.session_id') AS view_key,
    json_extract_string(properties, [
      '$.startup_ms', '$.error', '$.method', '$.rebuffer_ms', '$.rebuffers', '$.bitrate', '$.cdn', '$.host',
      '$.connection', '$.backgrounded'
    ]) AS said,
    json_extract_string(context, ['$.userAgent', '$.internal']) AS around
  FROM events
  WHERE site_id = $site AND internal AND NOT bot AND starts_with(anonymous_id, 'cmcd-')
    AND ts >= $from - 86400000 AND ts < $to + 86400000
),
owners AS (
  SELECT
    view_key,
    arg_min(person_id, (ts, message_id)) AS person_id,
    arg_min(video_id, (ts, message_id)) FILTER (content_id IS NOT NULL) AS video_id
  FROM qoe_events
  WHERE view_key IN (SELECT view_key FROM reports)
  GROUP BY view_key
)
SELECT
  owners.person_id, ts, message_id, event,
  coalesce(owners.video_id, reports.video_id) AS video_id,
  CASE WHEN event LIKE 'Video Ad %' THEN NULL ELSE coalesce(owners.video_id, reports.video_id) END AS content_id,
  reports.view_key, livestream, device_type,
  true AS is_report, false AS tells_ranges, 0 AS played_ms,
  coalesce(said[10] = 'true', false) AS backgrounded,
  CASE WHEN TRY_CAST(said[1] AS DOUBLE) BETWEEN 0 AND 600000 THEN CAST(round(TRY_CAST(said[1] AS DOUBLE)) AS BIGINT) END
    AS startup_ms,
  nullif(nullif(said[2], 'false'), '') AS error,
  said[3] AS method,
  CASE WHEN TRY_CAST(said[4] AS DOUBLE) >= 0 THEN CAST(least(round(TRY_CAST(said[4] AS DOUBLE)), 600000) AS BIGINT) END
    AS rebuffer_ms,
  CASE WHEN TRY_CAST(said[5] AS DOUBLE) BETWEEN 1 AND 1000 THEN CAST(TRY_CAST(said[5] AS DOUBLE) AS BIGINT) ELSE 1 END
    AS rebuffers,
  CASE WHEN TRY_CAST(said[6] AS DOUBLE) BETWEEN 1 AND 1000000 THEN CAST(round(TRY_CAST(said[6] AS DOUBLE)) AS BIGINT) END
    AS bitrate,
  left(coalesce(nullif(said[7], ''), nullif(said[8], '')), 128) AS cdn,
  left(nullif(said[9], ''), 32) AS connection,
  left(around[1], 1024) AS user_agent
FROM reports
LEFT JOIN owners ON owners.view_key = reports.view_key
WHERE around[2] = 'true' AND reports.view_key IS NOT NULL
  AND coalesce(owners.video_id, reports.video_id) IS NOT NULL
  AND ($video IS NULL OR coalesce(owners.video_id, reports.video_id) = $video);
