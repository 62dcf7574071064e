-- Purpose:    the messages whose sessions an export needs, narrow, before sessions are cut.
-- Parameters: $site (NULL: all), $to (NULL: open). Earlier messages count: a session may have begun before.
-- Grain:      one row a message; person_id is made unique across sites.

SELECT
  key_high, key_low, site_id || chr(0) || person_id AS person_id, ts, message_id, session_id AS context_session_id
FROM people
WHERE person_id IS NOT NULL
  AND ($site IS NULL OR site_id = $site)
  AND ($to IS NULL OR ts < $to)
