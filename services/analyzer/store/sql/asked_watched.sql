-- Purpose:    how much of a video each message says was played since the one before it.
-- Parameters: relation {from}: messages of people.
-- Grain:      one row a message of a video, its other columns kept; watched_ms as the ranges told say. In a view that tells
--             none it is what the playhead moved forward, at most twice as fast as time (2 s slack), as in
--             engaged_views.sql.

SELECT
  * EXCLUDE (tells_ranges, ranges_ms),
  CASE
    WHEN tells_ranges THEN ranges_ms
    WHEN lag(event) OVER told NOT IN (
      'Video Playback Paused', 'Video Playback Seek Started', 'Video Playback Interrupted',
      'Video Playback Completed', 'Video Playback Exited', 'Video Playback Buffer Started'
    ) AND event <> 'Video Playback Seek Completed'
      AND 1000 * (video_position - lag(video_position) OVER told) BETWEEN 0 AND 2 * (ts - lag(ts) OVER told) + 2000
    THEN CAST(round(1000 * (video_position - lag(video_position) OVER told)) AS BIGINT)
    ELSE 0
  END AS watched_ms
FROM (
  SELECT
    *,
    bool_or(played IS NOT NULL) OVER (PARTITION BY person_id, video_id, view_key) AS tells_ranges,
    coalesce(list_sum(list_transform(played, lambda range: CAST(round(1000 * (range[2] - range[1])) AS BIGINT))), 0)
      AS ranges_ms
  FROM (
    SELECT
      * EXCLUDE (opens),
      CASE
        WHEN video_session IS NOT NULL THEN 's' || video_session
        ELSE 'g' || CAST(
          sum(opens) OVER (
            PARTITION BY person_id, video_id, video_session IS NULL ORDER BY ts, message_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS VARCHAR
        )
      END AS view_key
    FROM (
      SELECT
        *,
        CASE
          WHEN ts - lag(ts) OVER (
            PARTITION BY person_id, video_id, video_session IS NULL ORDER BY ts, message_id
          ) < 1800000 THEN 0
          ELSE 1
        END AS opens
      FROM {from}
      WHERE video_id IS NOT NULL AND event NOT LIKE 'Video Ad %'
    )
  )
)
WINDOW told AS (PARTITION BY person_id, video_id, view_key ORDER BY ts, message_id)
