-- Purpose:    delete what was kept of a site that was deleted.
-- Parameters: $site, $before.
-- Grain:      one row a event.

DELETE FROM events WHERE site_id = $site AND received_at <= $before;
