-- Purpose:    put persons into segments.
-- Parameters: $site, $now; relation added(c0 segment_id, c1 person_id, c2 is_user).
-- Grain:      one row a segment and person.

INSERT INTO segment_members
SELECT $site, c0, c1, CAST(c2 AS BOOLEAN), $now FROM added;
