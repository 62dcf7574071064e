-- Purpose:    which ids were erased, and when last.
-- Parameters: none.
-- Grain:      one row an id.

SELECT key_high, key_low, max(erased_at) FROM erasures GROUP BY key_high, key_low;
