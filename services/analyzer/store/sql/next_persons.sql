-- Purpose:    the next persons of a site, by id.
-- Parameters: $site, $after (person id or NULL), $limit.
-- Grain:      one row a person.

SELECT DISTINCT person_id
FROM people
WHERE site_id = $site AND person_id IS NOT NULL AND ($after IS NULL OR person_id > $after)
ORDER BY person_id
LIMIT $limit;
