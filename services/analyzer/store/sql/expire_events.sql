-- Purpose:    delete what a site does not want to keep any longer.
-- Parameters: $site, $before.
-- Grain:      one row a message.

DELETE FROM events WHERE site_id = $site AND ts < $before;
