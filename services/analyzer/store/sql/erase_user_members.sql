-- Purpose:    take a user out of every segment.
-- Parameters: $site, $person.
-- Grain:      one row a segment and person.

DELETE FROM segment_members WHERE site_id = $site AND person_id = $person;
