-- Purpose:    a person's newest messages, oldest first.
-- Parameters: $limit; relation timeline.
-- Grain:      one row a message.

SELECT message_id, type, event, ts, anonymous_id, page_path, properties, session_key
FROM (SELECT * FROM timeline ORDER BY ts DESC, message_id DESC LIMIT $limit)
ORDER BY ts, message_id;
