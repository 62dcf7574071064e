-- Purpose:    forget whom a user was linked with.
-- Parameters: $site, $person.
-- Grain:      one row a visitor and stretch of time.

DELETE FROM identity_links WHERE site_id = $site AND user_id = $person;
