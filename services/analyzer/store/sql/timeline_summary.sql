-- Purpose:    when and how often a person was seen.
-- Parameters: relation timeline.
-- Grain:      one row.

SELECT
  min(ts), max(ts), count(*), count(DISTINCT session_key),
  arg_max(device_type, (ts, message_id)) FILTER (device_type IS NOT NULL),
  arg_max(locale, (ts, message_id)) FILTER (locale IS NOT NULL)
FROM timeline;
