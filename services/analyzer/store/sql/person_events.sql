-- Purpose:    the messages of one site's people, as the rule language reads them (before sessions are cut).
-- Parameters: the variable rule_site (a view of this takes no parameters).
-- Grain:      one row a message.

SELECT
  person_id, is_user, anonymous_id, user_id, message_id, type, event, ts,
  session_id AS context_session_id,
  properties, traits, channel, campaign_source, campaign_medium, device_type, locale,
  page_path, page_url, page_title, page_referrer, product_id, product_category,
  order_id, amount_minor, currency, video_id, video_session, video_position, video_length, played
FROM people
WHERE site_id = getvariable('rule_site') AND person_id IS NOT NULL
