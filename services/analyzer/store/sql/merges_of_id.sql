-- Purpose:    what an id was merged into, and what was merged into it.
-- Parameters: $site, $id.
-- Grain:      one row a merged id.

SELECT previous_id, user_id FROM user_merges WHERE site_id = $site AND (previous_id = $id OR user_id = $id);
