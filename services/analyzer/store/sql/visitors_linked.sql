-- Purpose:    the visitors whose links an erasure may change: those of the erased person, and who sent an alias of it.
-- Parameters: $site, $person, $is_user.
-- Grain:      one row a visitor.

SELECT site_id, anonymous_id
FROM identity_links
WHERE site_id = $site AND CASE WHEN $is_user THEN user_id = $person ELSE anonymous_id = $person END
UNION
SELECT site_id, anonymous_id
FROM events
WHERE site_id = $site AND type = 'alias' AND previous_id = $person AND anonymous_id IS NOT NULL
ORDER BY anonymous_id;
