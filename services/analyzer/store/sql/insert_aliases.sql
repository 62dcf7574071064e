-- Purpose:    remember aliases.
-- Parameters: relation incoming(c0 site_id, c1 previous_id, c2 user_id, c3 ts, c4 message_id).
-- Grain:      one row an alias message.

INSERT INTO aliases SELECT c0, c1, c2, CAST(c3 AS BIGINT), c4 FROM incoming;
