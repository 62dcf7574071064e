-- Purpose:    how many messages are stored of some ids.
-- Parameters: $site; relations visitors(c0 id), users(c0 id).
-- Grain:      one row.

SELECT count(*)
FROM events
WHERE site_id = $site
  AND (anonymous_id IN (SELECT c0 FROM visitors) OR user_id IN (SELECT c0 FROM users));
