-- Purpose:    write who was merged into whom.
-- Parameters: relation incoming(c0 site_id, c1 previous_id, c2 user_id).
-- Grain:      one row a merged id.

INSERT INTO user_merges SELECT c0, c1, c2 FROM incoming;
