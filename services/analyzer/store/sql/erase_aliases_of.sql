-- Purpose:    forget every alias of an id that was received before the erasure, whoever sent it.
-- Parameters: $site, $person, $at.
-- Grain:      one row a message.

DELETE FROM events WHERE site_id = $site AND type = 'alias' AND previous_id = $person AND received_at <= $at;
