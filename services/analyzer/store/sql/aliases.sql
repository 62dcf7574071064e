-- Purpose:    all aliases of a site.
-- Parameters: $site.
-- Grain:      one row an alias message.

SELECT ts, message_id, previous_id, user_id FROM aliases WHERE site_id = $site;
