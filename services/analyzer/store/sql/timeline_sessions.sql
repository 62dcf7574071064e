-- Purpose:    a person's sessions.
-- Parameters: relation timeline.
-- Grain:      one row a session; its channel is that of the earliest message that says one.

SELECT
  session_key, min(ts), max(ts),
  coalesce(arg_min(channel, (ts, message_id)) FILTER (channel IS NOT NULL), 'direct')
FROM timeline
GROUP BY session_key;
