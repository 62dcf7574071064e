-- Purpose:    the messages that may be a person's. Whose each is, and its session, is found without SQL: to plan joins and
--             windows costs several times as much as to read the messages; and so does the order, of few of them.
-- Parameters: $include_bots; own, in braces: the questions timeline_own and, of a user, timeline_unvisited; order, in
--             braces: how they are sorted, if they are.
-- Grain:      one row a message.

SELECT
  ts, message_id, type, event, session_id, product_id, product_category, order_id, amount_minor, currency, video_id,
  played, properties, traits, anonymous_id, page_path, channel, device_type, locale, bot OR internal, user_id
FROM ({own})
WHERE $include_bots OR (NOT bot AND NOT internal)
{order};
