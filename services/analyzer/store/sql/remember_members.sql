-- Purpose:    make a segment of this run known to the rules that follow.
-- Parameters: relation found(c0 segment_id, c1 person_id).
-- Grain:      one row a segment and person.

INSERT INTO temp.segment_members SELECT c0, c1 FROM found;
