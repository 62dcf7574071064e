-- Purpose:    forget whom a visitor was linked with.
-- Parameters: $site, $person.
-- Grain:      one row a visitor and stretch of time.

DELETE FROM identity_links WHERE site_id = $site AND anonymous_id = $person;
