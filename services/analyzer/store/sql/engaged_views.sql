-- Purpose:    the engaged views: those of which three seconds or more were played.
-- Parameters: $site, $video (NULL: every video), $from, $to;
--             {people}: the relation people, or those of it that are asked for.
-- Grain:      one row a view that began in the window: when it began, and when the three seconds were full. Without
--             ranges, what the playhead moved forward between two events counts, at most twice as fast as time (2 s
--             slack). A day around the window is read with it, so that views over its edges are whole. Only views
--             whose first range told is too short are walked through in order.

CREATE OR REPLACE TEMP TABLE engaged_views AS
WITH told AS (
  SELECT
    person_id, video_id, ts, message_id, event, video_position, video_session, played IS NOT NULL AS tells_ranges,
    coalesce(list_sum(list_transform(played, lambda range: CAST(round(1000 * (range[2] - range[1])) AS BIGINT))), 0)
      AS ranges_ms
  FROM {people}
  WHERE site_id = $site AND person_id IS NOT NULL AND video_id = coalesce($video, video_id)
    AND event NOT LIKE 'Video Ad %'
    AND ts >= $from - 86400000 AND ts < $to + 86400000
),
keyed AS MATERIALIZED (
  SELECT * EXCLUDE (video_session), 's' || video_session AS view_key FROM told WHERE video_session IS NOT NULL
  UNION ALL
  SELECT
    * EXCLUDE (video_session, opens),
    'g' || CAST(sum(opens) OVER (PARTITION BY video_id, person_id ORDER BY ts, message_id) AS VARCHAR) AS view_key
  FROM (
    SELECT
      *,
      CASE
        WHEN ts - lag(ts) OVER (PARTITION BY video_id, person_id ORDER BY ts, message_id) < 1800000 THEN 0
        ELSE 1
      END AS opens
    FROM told
    WHERE video_session IS NULL
  )
),
sums AS (
  SELECT
    person_id, video_id, view_key,
    min(ts) AS t0,
    bool_or(tells_ranges) AS tells_ranges,
    sum(ranges_ms) AS ranges_ms,
    min(ts) FILTER (ranges_ms > 0) AS played_at,
    min(ts) FILTER (ranges_ms >= 3000) AS engaged_at
  FROM keyed
  GROUP BY person_id, video_id, view_key
  HAVING min(ts) >= $from AND min(ts) < $to
),
moved AS (
  SELECT
    keyed.person_id, keyed.video_id, keyed.view_key, keyed.ts, keyed.message_id, sums.t0,
    CASE
      WHEN sums.tells_ranges THEN keyed.ranges_ms
      WHEN lag(event) OVER told NOT IN (
        'Video Playback Paused', 'Video Playback Seek Started', 'Video Playback Interrupted',
        'Video Playback Completed', 'Video Playback Exited', 'Video Playback Buffer Started'
      ) AND event <> 'Video Playback Seek Completed'
        AND 1000 * (video_position - lag(video_position) OVER told) BETWEEN 0 AND 2 * (ts - lag(ts) OVER told) + 2000
      THEN CAST(round(1000 * (video_position - lag(video_position) OVER told)) AS BIGINT)
      ELSE 0
    END AS moved_ms
  FROM keyed
  JOIN sums USING (person_id, video_id, view_key)
  WHERE NOT sums.tells_ranges
    OR (sums.ranges_ms >= 3000 AND played_at < coalesce(engaged_at, played_at + 1))
  WINDOW told AS (PARTITION BY person_id, video_id, view_key ORDER BY ts, message_id)
),
added AS (
  SELECT *, sum(moved_ms) OVER (PARTITION BY person_id, video_id, view_key ORDER BY ts, message_id) AS played_ms
  FROM moved
)
SELECT person_id, video_id, view_key, any_value(t0) AS t0, min(ts) AS engaged_at
FROM added
WHERE played_ms >= 3000
GROUP BY person_id, video_id, view_key
UNION ALL
SELECT person_id, video_id, view_key, t0, engaged_at
FROM sums
WHERE tells_ranges AND ranges_ms >= 3000 AND played_at = engaged_at;
