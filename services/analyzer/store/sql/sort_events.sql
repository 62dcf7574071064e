-- Purpose:    all messages, each visitor's together in the order of time: one person's are then found in milliseconds.
-- Parameters: relation events_sorted, empty.
-- Grain:      one row a message.

INSERT INTO events_sorted
SELECT * FROM events
ORDER BY site_id, coalesce(anonymous_id, user_id), ts, message_id;
