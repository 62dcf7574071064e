-- Purpose:    whether a user has messages that name no visitor; one with both ids has linked the two.
-- Parameters: $site, $id.
-- Grain:      one row, or none.

SELECT 1 FROM events WHERE site_id = $site AND anonymous_id IS NULL AND user_id = $id LIMIT 1;
