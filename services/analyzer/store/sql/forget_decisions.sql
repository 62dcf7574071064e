-- Purpose:    delete what was kept of a site that was deleted.
-- Parameters: $site, $before.
-- Grain:      one row a decision.

DELETE FROM decisions WHERE site_id = $site AND decided_at <= $before;
