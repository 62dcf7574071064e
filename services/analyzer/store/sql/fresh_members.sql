-- Purpose:    an empty membership for rules that name segments of the same run; it hides the stored one.
-- Parameters: none.
-- Grain:      one row a segment and person.

CREATE OR REPLACE TEMP TABLE segment_members (segment_id VARCHAR, person_id VARCHAR);
