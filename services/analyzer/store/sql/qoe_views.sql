-- Purpose:    the quality of each view (conventions 5.5).
-- Parameters: relations qoe_sums, qoe_sequence, browsers(c0 user agent, c1 browser).
-- Grain:      one row a view. failure is 'start', 'playback' or NULL; startup_ms NULL where nobody told it.

CREATE OR REPLACE TEMP TABLE qoe_views AS
WITH joined AS (
  SELECT
    qoe_sums.*,
    browsers.c1 AS browser,
    CASE WHEN tells_ranges THEN ranges_ms ELSE coalesce(gaps_ms, 0) END AS play_ms,
    background_ms + coalesce(background_gaps_ms, 0) AS all_background_ms,
    coalesce(told_rebuffer_ms, rebuffer_ms, 0) AS wait_ms,
    coalesce(told_rebuffers, rebuffers, 0) AS waits,
    coalesce(startup_stall_ms, 0) AS startup_stall_ms,
    coalesce(seek_stall_ms, 0) AS seek_stall_ms,
    coalesce(ad_stall_ms, 0) AS ad_stall_ms,
    stalled_at,
    coalesce(bitrate_ms, 0) AS bitrate_ms,
    coalesce(bitrate_weighted, 0) AS bitrate_weighted,
    last_at - coalesce(asked_at, t0) AS stayed_ms,
    CASE WHEN tells_ranges THEN last_played_at ELSE last_shown_at END AS last_seen_at
  FROM qoe_sums
  LEFT JOIN qoe_sequence
    ON qoe_sequence.person_id IS NOT DISTINCT FROM qoe_sums.person_id
    AND qoe_sequence.video_id = qoe_sums.video_id AND qoe_sequence.view_key = qoe_sums.view_key
  LEFT JOIN browsers ON browsers.c0 = qoe_sums.user_agent
),
judged AS (
  SELECT
    *,
    played_at IS NOT NULL AND (error_at IS NULL OR played_at <= error_at) AS is_started,
    coalesce(
      startup_ms,
      CASE
        WHEN NOT begins_with_ad AND asked_at IS NOT NULL AND content_at BETWEEN asked_at + 1 AND asked_at + 600000
        THEN content_at - asked_at
      END
    ) AS waited_ms
  FROM joined
)
SELECT
  person_id, video_id, view_key, t0, last_at, played_at, last_seen_at, stalled_at, is_completed, is_live, is_started,
  coalesce(device, 'unknown') AS device, coalesce(browser, 'unknown') AS browser,
  coalesce(connection, 'unknown') AS connection, coalesce(cdn, 'unknown') AS cdn,
  CASE WHEN is_started THEN waited_ms END AS startup_ms,
  CASE WHEN NOT is_started THEN stayed_ms END AS given_up_after_ms,
  NOT is_started AND error_at IS NULL AND NOT begins_with_ad AND stayed_ms >= 1000 AS is_exit_before_start,
  CASE
    WHEN error_at IS NULL THEN NULL
    WHEN NOT is_started THEN 'start'
    WHEN is_interrupted OR error_at >= coalesce(last_seen_at, played_at) THEN 'playback'
  END AS failure,
  play_ms, all_background_ms AS background_ms, wait_ms AS rebuffer_ms, waits AS rebuffers,
  startup_stall_ms, seek_stall_ms, ad_stall_ms, bitrate_ms, bitrate_weighted,
  CASE WHEN play_ms + wait_ms > 0 THEN wait_ms / (play_ms + wait_ms) END AS rebuffer_share
FROM judged;
