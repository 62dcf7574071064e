-- Purpose:    a person's sessions.
-- Parameters: relation timeline.
-- Grain:      one row a session; its channel is that of the earliest message that says one, device and language those of
--             the newest, each with when that was.

SELECT
  session_key, min(ts), max(ts), count(*),
  coalesce(arg_min(channel, (ts, message_id)) FILTER (channel IS NOT NULL), 'direct'),
  max((ts, message_id, device_type)) FILTER (device_type IS NOT NULL),
  max((ts, message_id, locale)) FILTER (locale IS NOT NULL)
FROM timeline
GROUP BY session_key;
