-- Purpose:    one person's messages, before sessions are cut.
-- Parameters: $site, $person, $include_bots; own, in braces: questions after the messages that may be the person's.
-- Grain:      one row a message.

WITH own AS (
{own}
)
SELECT
  coalesce(user_merges.user_id, own.user_id, identity_links.user_id, own.anonymous_id) AS person_id,
  own.message_id, type, event, ts, own.anonymous_id, page_path, properties, traits, channel, device_type, locale,
  order_id, amount_minor, currency, product_id, product_category, video_id, played, bot OR internal AS set_aside,
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
