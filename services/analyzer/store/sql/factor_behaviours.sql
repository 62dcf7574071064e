-- Purpose:    the names of the compared behaviours.
-- Parameters: relation factor_common.
-- Grain:      one row a behaviour, by number.

SELECT behaviour FROM factor_common ORDER BY number;
