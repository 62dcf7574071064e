-- Purpose:    forget every message of a user that was received before the erasure.
-- Parameters: $site, $person, $at.
-- Grain:      one row a message.

DELETE FROM events WHERE site_id = $site AND user_id = $person AND received_at <= $at;
