-- Purpose:    what touched each person: the channel of every session, engaged views of videos, clicked prompts.
-- Parameters: $site, $from, $to, $engaged_s (seconds that make a view engaged).
-- Grain:      relation touches, one row a touch. A session's channel is that of its earliest message that tells one,
--             else direct; without a session id half an hour without a message parts two sessions. Each part reads the
--             messages by itself: a common table of all of them would be written out, at ten times the cost.

CREATE OR REPLACE TEMP TABLE touches AS
WITH unnamed AS (
  SELECT
    person_id, ts, message_id, channel,
    CASE
      WHEN ts - lag(ts) OVER (PARTITION BY person_id ORDER BY ts, message_id) < 1800000 THEN 0
      ELSE 1
    END AS opens
  FROM people
  WHERE site_id = $site AND person_id IS NOT NULL AND ts >= $from AND ts < $to AND session_id IS NULL
),
visits AS (
  SELECT person_id, min(ts) AS ts, arg_min(channel, (ts, message_id)) FILTER (channel IS NOT NULL) AS channel
  FROM people
  WHERE site_id = $site AND person_id IS NOT NULL AND ts >= $from AND ts < $to AND session_id IS NOT NULL
  GROUP BY person_id, session_id
  UNION ALL
  SELECT person_id, min(ts), arg_min(channel, (ts, message_id)) FILTER (channel IS NOT NULL)
  FROM (
    SELECT *, sum(opens) OVER (PARTITION BY person_id ORDER BY ts, message_id) AS visit FROM unnamed
  )
  GROUP BY person_id, visit
)
SELECT person_id, ts, 0 AS turn, coalesce(channel, 'direct') AS touch FROM visits
UNION ALL
SELECT person_id, min(ts), 1, 'video:' || video_id
FROM people
WHERE site_id = $site AND person_id IS NOT NULL AND ts >= $from AND ts < $to AND video_id IS NOT NULL
GROUP BY person_id, video_id, video_session
HAVING sum(list_sum(list_transform(played, lambda one: one[2] - one[1]))) >= $engaged_s
UNION ALL
SELECT person_id, ts, 2, 'prompt:' || campaign_id
FROM people
WHERE site_id = $site AND person_id IS NOT NULL AND ts >= $from AND ts < $to
  AND event = 'Prompt Clicked' AND campaign_id IS NOT NULL;
