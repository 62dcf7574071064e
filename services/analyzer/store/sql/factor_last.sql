-- Purpose:    up to which hash persons are compared.
-- Parameters: $most; relation factor_chosen.
-- Grain:      one row; NULL where everybody is.

SELECT CASE WHEN count(*) >= $most THEN max(lot) END FROM factor_chosen;
