-- Purpose:    forget aliases whose message was erased.
-- Parameters: $site.
-- Grain:      one row an alias message.

DELETE FROM aliases
WHERE site_id = $site
  AND message_id NOT IN (SELECT message_id FROM events WHERE site_id = $site AND type = 'alias');
