-- Purpose:    who is in which segment of one site, as stored by the last run, for rules that name segments.
-- Parameters: $site.
-- Grain:      one row a segment and person. It hides the memberships of all sites.

CREATE OR REPLACE TEMP TABLE segment_members AS
SELECT segment_id, person_id FROM segment_members WHERE site_id = $site;
