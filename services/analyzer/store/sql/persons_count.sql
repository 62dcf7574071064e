-- Purpose:    how many people a site has.
-- Parameters: $site.
-- Grain:      one row.

SELECT count(DISTINCT person_id) FROM people WHERE site_id = $site;
