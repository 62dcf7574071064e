-- Purpose:    delete decisions that a site does not want to keep any longer.
-- Parameters: $site, $before.
-- Grain:      one row a decision.

DELETE FROM decisions WHERE site_id = $site AND decided_at < $before;
