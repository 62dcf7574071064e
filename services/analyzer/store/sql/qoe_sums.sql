-- Purpose:    what each view adds up to without regard to the order of its messages.
-- Parameters: $video (NULL: every video), $from, $to; relations qoe_events, qoe_ads.
-- Grain:      one row a view that began in the window. Times in ms since the epoch, durations in ms.

CREATE OR REPLACE TEMP TABLE qoe_sums AS
WITH views AS (
  SELECT
    person_id, video_id, view_key,
    min(ts) AS t0,
    max(ts) AS last_at,
    min(ts) FILTER (event = 'Video Playback Started') AS asked_at,
    min(ts) FILTER (event = 'Video Content Started' OR is_playing_report) AS content_at,
    min(ts) FILTER (shows_play) AS played_at,
    max(ts) FILTER (shows_play) AS last_shown_at,
    max(ts) FILTER (played_ms > 0) AS last_played_at,
    min(startup_ms) AS startup_ms,
    bool_or(tells_ranges) AS tells_ranges,
    coalesce(sum(played_ms) FILTER (NOT backgrounded), 0) AS ranges_ms,
    coalesce(sum(played_ms) FILTER (backgrounded), 0) AS background_ms,
    max(ts) FILTER (error IS NOT NULL OR fails) AS error_at,
    bool_or(fails) AS is_interrupted,
    bool_or(event IN ('Video Content Completed', 'Video Playback Completed')) AS is_completed,
    bool_or(event = 'Video Playback Buffer Started') AS has_stalls,
    sum(rebuffer_ms) FILTER (NOT backgrounded) AS told_rebuffer_ms,
    sum(rebuffers) FILTER (rebuffer_ms IS NOT NULL AND NOT backgrounded) AS told_rebuffers,
    bool_or(bitrate IS NOT NULL) AS has_bitrate,
    bool_and(is_report) AS only_reports,
    coalesce(bool_or(livestream), false) AS is_live,
    min(device_type) AS device,
    min(user_agent) AS user_agent,
    min(connection) AS connection,
    min(cdn) AS cdn
  FROM (
    SELECT
      *,
      -- By CMCD a player says that it plays, not whether for the first time.
      is_report AND event = 'Video Playback Resumed' AS is_playing_report,
      played_ms > 0 OR startup_ms IS NOT NULL OR (is_report AND event = 'Video Playback Resumed') OR event IN (
        'Video Content Started', 'Video Content Playing', 'Video Content Completed', 'Video Playback Completed'
      ) AS shows_play,
      event = 'Video Playback Interrupted' AND (error IS NOT NULL OR coalesce(method = 'error', false)) AS fails
    FROM qoe_events
    WHERE content_id IS NOT NULL AND ($video IS NULL OR video_id = $video)
  )
  GROUP BY person_id, video_id, view_key
  -- What only loads ahead, or is only liked, is no try to play.
  HAVING min(ts) >= $from AND min(ts) < $to AND (asked_at IS NOT NULL OR played_at IS NOT NULL OR error_at IS NOT NULL)
)
SELECT
  views.*,
  EXISTS (
    SELECT 1 FROM qoe_ads
    WHERE qoe_ads.person_id IS NOT DISTINCT FROM views.person_id AND qoe_ads.view_key = views.view_key
      AND qoe_ads.from_at < coalesce(views.content_at, views.played_at, views.last_at + 1)
  ) AS begins_with_ad
FROM views;
