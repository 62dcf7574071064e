-- Purpose:    take persons out of segments.
-- Parameters: $site; relation removed(c0 segment_id, c1 person_id).
-- Grain:      one row a segment and person.

DELETE FROM segment_members
USING removed
WHERE segment_members.site_id = $site
  AND segment_members.segment_id = removed.c0
  AND segment_members.person_id = removed.c1;
