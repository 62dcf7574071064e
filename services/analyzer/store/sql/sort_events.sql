-- Purpose:    all messages, each visitor's together in the order of time: one person's are then found in milliseconds.
--             Those that name no visitor are at the end, by user: among visitors they would be everywhere.
-- Parameters: relation events_sorted, empty.
-- Grain:      one row a message.

INSERT INTO events_sorted
SELECT * FROM events
ORDER BY site_id, anonymous_id NULLS LAST, CASE WHEN anonymous_id IS NULL THEN user_id END, ts, message_id;
