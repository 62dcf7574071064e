-- Purpose:    conversions that are counted and left out of sums: no amount, or a currency without a rate.
-- Parameters: relation conversions.
-- Grain:      one row.

SELECT count(*) FROM conversions WHERE value IS NULL;
