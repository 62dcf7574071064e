-- Purpose:    the views of videos, each at its first message.
-- Parameters: $site.
-- Grain:      one row a view: one person, video and session id; without a session id a gap of 30 minutes parts two.
--             `any_id` is the id of one of its messages, whatever the order they came in.

CREATE OR REPLACE TEMP TABLE journey_views AS
WITH seen AS NOT MATERIALIZED (
  SELECT person_id, video_id, video_session, ts, message_id, session_id, channel
  FROM people
  WHERE site_id = $site AND video_id IS NOT NULL AND person_id IS NOT NULL
),
unnamed AS (
  SELECT
    *,
    CASE
      WHEN ts - lag(ts) OVER (PARTITION BY video_id, person_id ORDER BY ts, message_id) < 1800000 THEN 0
      ELSE 1
    END AS opens
  FROM seen
  WHERE video_session IS NULL
),
parted AS (
  SELECT
    *, sum(opens) OVER (PARTITION BY video_id, person_id ORDER BY ts, message_id) AS view_number
  FROM unnamed
)
SELECT
  person_id, video_id, min(ts) AS t0, min(session_id) AS session_id, min(channel) AS channel, min(message_id) AS any_id
FROM seen
WHERE video_session IS NOT NULL
GROUP BY person_id, video_id, video_session
UNION ALL
SELECT person_id, video_id, min(ts), min(session_id), min(channel), min(message_id)
FROM parted
GROUP BY person_id, video_id, view_number;
