-- Purpose:    forget every decision about a visitor that was made before the erasure.
-- Parameters: $site, $person, $at.
-- Grain:      one row a decision.

DELETE FROM decisions WHERE site_id = $site AND anonymous_id = $person AND decided_at <= $at;
