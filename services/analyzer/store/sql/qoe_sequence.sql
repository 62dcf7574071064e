-- Purpose:    what depends on the order of a view's messages: stalls, time played where no ranges are told, bitrates.
-- Parameters: relations qoe_events, qoe_ads, qoe_sums.
-- Grain:      one row a view that has any of them. A stall lasts until its end is told, else until the next sign of
--             the player. Stalls while starting, seeking or in an advertisement, and in the background, are apart.

CREATE OR REPLACE TEMP TABLE qoe_sequence AS
WITH chosen AS (
  SELECT
    qoe_events.person_id, qoe_events.video_id, qoe_events.view_key, ts, message_id, event, played_ms, backgrounded,
    bitrate, is_report, qoe_sums.tells_ranges, qoe_sums.played_at, qoe_sums.only_reports,
    event NOT IN ('Video Quality Updated', 'Video Playback Buffer Started') AS is_sign,
    event NOT IN ('Video Quality Updated', 'Video Content Playing') AS is_turn
  FROM qoe_events
  JOIN qoe_sums
    ON qoe_sums.person_id IS NOT DISTINCT FROM qoe_events.person_id
    AND qoe_sums.video_id = qoe_events.video_id AND qoe_sums.view_key = qoe_events.view_key
  WHERE content_id IS NOT NULL AND (has_stalls OR has_bitrate OR NOT qoe_sums.tells_ranges)
),
ordered AS (
  SELECT
    *,
    lead(ts) OVER told AS next_at,
    lag(CASE WHEN event = 'Video Quality Updated' THEN NULL ELSE event END IGNORE NULLS) OVER told AS event_before,
    first_value(CASE WHEN is_sign THEN ts END IGNORE NULLS) OVER later AS sign_at,
    first_value(CASE WHEN is_turn THEN event END IGNORE NULLS) OVER later AS turn,
    first_value(CASE WHEN is_turn THEN ts END IGNORE NULLS) OVER later AS turn_at,
    last_value(
      CASE WHEN event LIKE 'Video Playback Seek %' OR event = 'Video Playback Resumed' THEN event END IGNORE NULLS
    ) OVER so_far AS seek,
    last_value(bitrate IGNORE NULLS) OVER so_far AS bitrate_now,
    last_value(
      CASE
        WHEN event IN (
          'Video Content Started', 'Video Content Playing', 'Video Playback Resumed', 'Video Playback Buffer Completed',
          'Video Playback Seek Completed'
        ) THEN true
        WHEN event LIKE 'Video Playback %' OR event = 'Video Content Completed' THEN false
      END IGNORE NULLS
    ) OVER so_far AS is_playing
  FROM chosen
  -- A view that both a page and CMCD tell of is read by what the page says: stalls must not count twice.
  WHERE only_reports OR NOT is_report
  WINDOW
    told AS (PARTITION BY person_id, video_id, view_key ORDER BY ts, message_id),
    later AS (
      PARTITION BY person_id, video_id, view_key ORDER BY ts, message_id
      ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ),
    so_far AS (
      PARTITION BY person_id, video_id, view_key ORDER BY ts, message_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),
timed AS (
  SELECT
    *,
    CASE WHEN NOT tells_ranges AND is_playing AND next_at IS NOT NULL THEN least(next_at - ts, 60000) ELSE 0 END AS gap_ms,
    CASE
      WHEN event = 'Video Playback Buffer Started'
        AND event_before IS DISTINCT FROM 'Video Playback Buffer Started'
      THEN least(
        coalesce(CASE WHEN turn = 'Video Playback Buffer Completed' THEN turn_at ELSE sign_at END, ts) - ts, 600000
      )
    END AS stall_ms,
    lag(bitrate_now) OVER (PARTITION BY person_id, video_id, view_key ORDER BY ts, message_id) AS bitrate_before
  FROM ordered
),
sorted AS (
  SELECT
    *,
    CASE
      WHEN stall_ms IS NULL THEN NULL
      WHEN backgrounded THEN 'background'
      WHEN played_at IS NULL OR ts < played_at THEN 'startup'
      WHEN seek = 'Video Playback Seek Started' THEN 'seek'
      WHEN EXISTS (
        SELECT 1 FROM qoe_ads
        WHERE qoe_ads.person_id IS NOT DISTINCT FROM timed.person_id AND qoe_ads.view_key = timed.view_key
          AND timed.ts >= qoe_ads.from_at AND timed.ts < qoe_ads.to_at
      ) THEN 'ad'
      ELSE 'rebuffer'
    END AS stall
  FROM timed
),
weighed AS (
  SELECT
    *,
    CASE WHEN backgrounded THEN 0 WHEN tells_ranges THEN played_ms ELSE gap_ms END AS weight_ms,
    CASE WHEN tells_ranges THEN coalesce(bitrate_before, bitrate_now) ELSE bitrate_now END AS bitrate_then
  FROM sorted
)
SELECT
  person_id, video_id, view_key,
  coalesce(sum(gap_ms) FILTER (NOT backgrounded), 0) AS gaps_ms,
  coalesce(sum(gap_ms) FILTER (backgrounded), 0) AS background_gaps_ms,
  count(*) FILTER (stall = 'rebuffer') AS rebuffers,
  coalesce(sum(stall_ms) FILTER (stall = 'rebuffer'), 0) AS rebuffer_ms,
  coalesce(sum(stall_ms) FILTER (stall = 'startup'), 0) AS startup_stall_ms,
  coalesce(sum(stall_ms) FILTER (stall = 'seek'), 0) AS seek_stall_ms,
  coalesce(sum(stall_ms) FILTER (stall = 'ad'), 0) AS ad_stall_ms,
  min(ts) FILTER (stall = 'rebuffer') AS stalled_at,
  coalesce(sum(weight_ms) FILTER (bitrate_then IS NOT NULL), 0) AS bitrate_ms,
  coalesce(sum(weight_ms * bitrate_then), 0) AS bitrate_weighted
FROM weighed
GROUP BY person_id, video_id, view_key;
