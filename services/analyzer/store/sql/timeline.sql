-- Purpose:    a person's messages with their sessions, oldest first.
-- Parameters: relation person_events (the question timeline_events); history, in braces: the question that cuts sessions.
-- Grain:      one row a message.

SELECT
  ts, message_id, type, event, session_key, product_id, product_category, order_id, amount_minor, currency, video_id,
  played, properties, traits, anonymous_id, page_path, channel, device_type, locale, set_aside
FROM ({history})
ORDER BY ts, message_id;
