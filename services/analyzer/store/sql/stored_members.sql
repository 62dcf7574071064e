-- Purpose:    who is in which segment of one site, as stored by the last run, to be compared with what this one finds.
-- Parameters: $site.
-- Grain:      relation stored_members, one row a segment and person.

CREATE OR REPLACE TEMP TABLE stored_members AS
SELECT segment_id, person_id, is_user FROM segment_members WHERE site_id = $site;
