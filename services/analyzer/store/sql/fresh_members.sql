-- Purpose:    an empty membership for rules that name segments of the same run; it hides the stored one.
-- Parameters: none.
-- Grain:      one row a segment and person; is_user is NULL where people's own messages tell. Relation persons has nobody
--             until it is made.

CREATE OR REPLACE TEMP TABLE persons (person_id VARCHAR, is_user BOOLEAN);
CREATE OR REPLACE TEMP TABLE segment_members (segment_id VARCHAR, person_id VARCHAR, is_user BOOLEAN);
