-- Purpose:    note ids whose messages, or whose person, changed.
-- Parameters: relation incoming(c0 site_id, c1 id).
-- Grain:      one row a site, id and turn; what is noted at once has one turn, later than all before.

INSERT INTO touched
SELECT c0, c1, (SELECT coalesce(max(turn), 0) + 1 FROM touched) FROM incoming;
