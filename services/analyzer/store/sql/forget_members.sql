-- Purpose:    delete what was kept of a site that was deleted.
-- Parameters: $site.
-- Grain:      one row a segment and person.

DELETE FROM segment_members WHERE site_id = $site;
