-- Purpose:    forget every message of a visitor that was received before the erasure.
-- Parameters: $site, $person, $at.
-- Grain:      one row a message.

DELETE FROM events WHERE site_id = $site AND anonymous_id = $person AND received_at <= $at;
