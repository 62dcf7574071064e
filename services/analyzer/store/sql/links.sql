-- Purpose:    the present links of these visitors.
-- Parameters: relation visitors(c0 site_id, c1 anonymous_id).
-- Grain:      one row a visitor and stretch of time.

SELECT identity_links.site_id, identity_links.anonymous_id, user_id, valid_from, valid_to
FROM identity_links
JOIN visitors ON identity_links.site_id = visitors.c0 AND identity_links.anonymous_id = visitors.c1;
