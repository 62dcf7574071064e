-- Purpose:    write links of visitors to users.
-- Parameters: relation incoming(c0 site_id, c1 anonymous_id, c2 user_id, c3 valid_from, c4 valid_to).
-- Grain:      one row a visitor and stretch of time.

INSERT INTO identity_links SELECT c0, c1, c2, CAST(c3 AS BIGINT), CAST(c4 AS BIGINT) FROM incoming;
