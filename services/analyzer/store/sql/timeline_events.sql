-- Purpose:    one person's messages, before sessions are cut.
-- Parameters: $site, $person; relation ids(c0): every id of the person, which bounds what is read.
-- Grain:      one row a message.

SELECT
  person_id, message_id, type, event, ts, anonymous_id, page_path, properties, traits, channel, device_type, locale,
  session_id AS context_session_id
FROM people
WHERE site_id = $site
  AND (anonymous_id IN (SELECT c0 FROM ids) OR user_id IN (SELECT c0 FROM ids))
  AND person_id = $person
