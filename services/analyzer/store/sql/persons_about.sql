-- Purpose:    about how many persons a site has.
-- Parameters: $site.
-- Grain:      one row.

SELECT approx_count_distinct(coalesce(user_id, anonymous_id)) FROM events WHERE site_id = $site;
