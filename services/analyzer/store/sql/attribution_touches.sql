-- Purpose:    what touched each person: the channel of every session, engaged views of videos, clicked prompts.
-- Parameters: $site, $from, $to, $engaged_s (seconds that make a view engaged).
-- Grain:      relation touches, one row a touch. A session's channel is that of its earliest message that tells one,
--             else direct; without a session id half an hour without a message parts two sessions.

CREATE OR REPLACE TEMP TABLE touches AS
WITH seen AS (
  SELECT
    person_id, ts, message_id, event, session_id, channel, video_id, video_session, campaign_id,
    list_sum(list_transform(played, lambda one: one[2] - one[1])) AS played_s
  FROM people
  WHERE site_id = $site AND person_id IS NOT NULL AND ts >= $from AND ts < $to
),
unnamed AS (
  SELECT
    person_id, ts, message_id, channel,
    CASE
      WHEN ts - lag(ts) OVER (PARTITION BY person_id ORDER BY ts, message_id) < 1800000 THEN 0
      ELSE 1
    END AS opens
  FROM seen
  WHERE session_id IS NULL
),
keyed AS (
  SELECT person_id, ts, message_id, channel, 's' || session_id AS session_key FROM seen WHERE session_id IS NOT NULL
  UNION ALL
  SELECT
    person_id, ts, message_id, channel,
    'g' || CAST(sum(opens) OVER (PARTITION BY person_id ORDER BY ts, message_id) AS VARCHAR)
  FROM unnamed
)
SELECT
  person_id, min(ts) AS ts, 0 AS turn,
  coalesce(arg_min(channel, (ts, message_id)) FILTER (channel IS NOT NULL), 'direct') AS touch
FROM keyed
GROUP BY person_id, session_key
UNION ALL
SELECT person_id, min(ts), 1, 'video:' || video_id
FROM seen
WHERE video_id IS NOT NULL
GROUP BY person_id, video_id, video_session
HAVING sum(played_s) >= $engaged_s
UNION ALL
SELECT person_id, ts, 2, 'prompt:' || campaign_id
FROM seen
WHERE event = 'Prompt Clicked' AND campaign_id IS NOT NULL;
