-- Purpose:    one person's messages, before sessions are cut.
-- Parameters: $site, $person, $ids: every id of the person, which bounds what is read; $include_bots.
-- Grain:      one row a message.

SELECT
  coalesce(user_merges.user_id, events.user_id, identity_links.user_id, events.anonymous_id) AS person_id,
  events.message_id, type, event, ts, events.anonymous_id, page_path, properties, traits, channel, device_type, locale,
  session_id AS context_session_id
FROM events
LEFT JOIN identity_links
  ON identity_links.site_id = events.site_id
  AND identity_links.anonymous_id = events.anonymous_id
  AND events.ts >= identity_links.valid_from
  AND events.ts < identity_links.valid_to
LEFT JOIN user_merges
  ON user_merges.site_id = events.site_id
  AND user_merges.previous_id = coalesce(events.user_id, identity_links.user_id, events.anonymous_id)
WHERE events.site_id = $site
  AND (list_contains($ids, events.anonymous_id) OR list_contains($ids, events.user_id))
  AND ($include_bots OR (NOT bot AND NOT internal))
  AND coalesce(user_merges.user_id, events.user_id, identity_links.user_id, events.anonymous_id) = $person
