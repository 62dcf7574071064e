-- Purpose:    one person's messages, before sessions are cut.
-- Parameters: $site, $person; relation ids(c0): every id of the person, which bounds what is read; $include_bots.
-- Grain:      one row a message. By visitor first: the table is kept in that order. A message with both ids has linked
--             them, so only messages without a visitor are looked for by user.

WITH own AS (
  SELECT * FROM events
  WHERE site_id = $site AND anonymous_id IN (SELECT c0 FROM ids)
  UNION ALL
  SELECT * FROM events
  WHERE site_id = $site AND anonymous_id IS NULL AND user_id IN (SELECT c0 FROM ids)
)
SELECT
  coalesce(user_merges.user_id, own.user_id, identity_links.user_id, own.anonymous_id) AS person_id,
  own.message_id, type, event, ts, own.anonymous_id, page_path, properties, traits, channel, device_type, locale,
  order_id, bot OR internal AS set_aside,
  session_id AS context_session_id
FROM own
LEFT JOIN identity_links
  ON identity_links.site_id = own.site_id
  AND identity_links.anonymous_id = own.anonymous_id
  AND own.ts >= identity_links.valid_from
  AND own.ts < identity_links.valid_to
LEFT JOIN user_merges
  ON user_merges.site_id = own.site_id
  AND user_merges.previous_id = coalesce(own.user_id, identity_links.user_id, own.anonymous_id)
WHERE ($include_bots OR (NOT bot AND NOT internal))
  AND coalesce(user_merges.user_id, own.user_id, identity_links.user_id, own.anonymous_id) = $person
