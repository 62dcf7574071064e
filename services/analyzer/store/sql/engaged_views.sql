-- Purpose:    the engaged views: those of which three seconds or more were played.
-- Parameters: $site, $video (NULL: every video), $from, $to.
-- Grain:      one row a view that began in the window: when it began, and when the three seconds were full. Without
--             ranges, what the playhead moved forward between two events counts, at most twice as fast as time (2 s
--             slack). A day around the window is read with it, so that views over its edges are whole.

CREATE OR REPLACE TEMP TABLE engaged_views AS
WITH told AS (
  SELECT
    person_id, video_id, ts, message_id, event, video_position, video_session, played,
    list_sum(list_transform(played, lambda range: CAST(round(1000 * (range[2] - range[1])) AS BIGINT))) AS ranges_ms
  FROM people
  WHERE site_id = $site AND person_id IS NOT NULL AND video_id = coalesce($video, video_id)
    AND event NOT LIKE 'Video Ad %'
    AND ts >= $from - 86400000 AND ts < $to + 86400000
),
opened AS (
  SELECT
    *,
    CASE
      WHEN video_session IS NOT NULL THEN 0
      WHEN ts - lag(ts) OVER (PARTITION BY video_id, person_id, video_session ORDER BY ts, message_id) < 1800000 THEN 0
      ELSE 1
    END AS opens
  FROM told
),
keyed AS (
  SELECT
    * EXCLUDE (opens, video_session),
    coalesce(
      's' || video_session,
      'g' || CAST(
        sum(opens) OVER (PARTITION BY video_id, person_id, video_session ORDER BY ts, message_id) AS VARCHAR
      )
    ) AS view_key
  FROM opened
),
moved AS (
  SELECT
    *,
    bool_or(played IS NOT NULL) OVER view AS tells_ranges,
    CASE
      WHEN lag(event) OVER told NOT IN (
        'Video Playback Paused', 'Video Playback Seek Started', 'Video Playback Interrupted',
        'Video Playback Completed', 'Video Playback Exited', 'Video Playback Buffer Started'
      ) AND event <> 'Video Playback Seek Completed'
        AND 1000 * (video_position - lag(video_position) OVER told) BETWEEN 0 AND 2 * (ts - lag(ts) OVER told) + 2000
      THEN CAST(round(1000 * (video_position - lag(video_position) OVER told)) AS BIGINT)
    END AS moved_ms
  FROM keyed
  WINDOW
    view AS (PARTITION BY person_id, video_id, view_key),
    told AS (PARTITION BY person_id, video_id, view_key ORDER BY ts, message_id)
),
added AS (
  SELECT
    *,
    min(ts) OVER (PARTITION BY person_id, video_id, view_key) AS t0,
    sum(coalesce(CASE WHEN tells_ranges THEN ranges_ms ELSE moved_ms END, 0))
      OVER (PARTITION BY person_id, video_id, view_key ORDER BY ts, message_id) AS played_ms
  FROM moved
)
SELECT person_id, video_id, view_key, any_value(t0) AS t0, min(ts) AS engaged_at
FROM added
WHERE t0 >= $from AND t0 < $to AND played_ms >= 3000
GROUP BY person_id, video_id, view_key;
