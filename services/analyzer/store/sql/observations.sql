-- Purpose:    every message that linked these visitors to a user.
-- Parameters: relation visitors(c0 site_id, c1 anonymous_id).
-- Grain:      one row a message with both ids, people only.

SELECT events.site_id, events.anonymous_id, events.ts, events.message_id, events.user_id
FROM events
JOIN visitors ON events.site_id = visitors.c0 AND events.anonymous_id = visitors.c1
WHERE events.user_id IS NOT NULL AND NOT events.bot AND NOT events.internal;
