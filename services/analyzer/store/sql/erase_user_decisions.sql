-- Purpose:    forget every decision about a user that was made before the erasure.
-- Parameters: $site, $person, $at.
-- Grain:      one row a decision.

DELETE FROM decisions WHERE site_id = $site AND user_id = $person AND decided_at <= $at;
