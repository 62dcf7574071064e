-- Purpose:    how many members the seed has.
-- Parameters: relation seeds.
-- Grain:      one row.

SELECT count(*) FROM seeds;
