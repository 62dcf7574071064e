-- Purpose:    the members of a segment, page by page.
-- Parameters: $site, $segment, $after (person id or NULL), $limit.
-- Grain:      one row a person.

SELECT person_id, is_user, since
FROM segment_members
WHERE site_id = $site AND segment_id = $segment AND ($after IS NULL OR person_id > $after)
ORDER BY person_id
LIMIT $limit;
