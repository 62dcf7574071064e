-- Purpose:    who is in which segment, as stored by the last run.
-- Parameters: $site.
-- Grain:      one row a segment and person.

SELECT segment_id, person_id, is_user FROM segment_members WHERE site_id = $site;
