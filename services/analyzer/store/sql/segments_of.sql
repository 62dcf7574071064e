-- Purpose:    the segments that a person is in.
-- Parameters: $site, $person.
-- Grain:      one row a segment.

SELECT segment_id, since FROM segment_members WHERE site_id = $site AND person_id = $person ORDER BY segment_id;
