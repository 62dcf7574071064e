-- Purpose:    what a person said of itself, oldest first.
-- Parameters: relation timeline.
-- Grain:      one row a message with traits.

SELECT traits FROM timeline WHERE traits IS NOT NULL ORDER BY ts, message_id;
