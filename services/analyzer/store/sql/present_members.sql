-- Purpose:    who is in some segments, as stored by the last run.
-- Parameters: $site, $segments (ids).
-- Grain:      one row a segment and person.

SELECT segment_id, person_id, is_user
FROM segment_members
WHERE site_id = $site AND list_contains($segments, segment_id);
