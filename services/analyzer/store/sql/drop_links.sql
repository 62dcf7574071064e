-- Purpose:    forget the links of these visitors, before new ones are written.
-- Parameters: relation visitors(c0 site_id, c1 anonymous_id).
-- Grain:      one row a visitor and stretch of time that was forgotten.

DELETE FROM identity_links
USING visitors
WHERE identity_links.site_id = visitors.c0 AND identity_links.anonymous_id = visitors.c1
RETURNING identity_links.site_id, identity_links.anonymous_id, identity_links.user_id;
