-- Purpose:    the person behind an id; a user's id goes before a visitor's that looks the same.
-- Parameters: $site, $id.
-- Grain:      one row, or none for an id never met.

SELECT person_id, is_user
FROM people
WHERE site_id = $site AND person_id IS NOT NULL AND (anonymous_id = $id OR user_id = $id OR person_id = $id)
ORDER BY (user_id IS NOT NULL AND user_id = $id) DESC, ts DESC, message_id DESC
LIMIT 1;
