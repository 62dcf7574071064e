-- Purpose:    who had reached the goal before the window.
-- Parameters: $from; relation conversions.
-- Grain:      one row a person.

SELECT DISTINCT person_id, 'existing' AS told FROM conversions WHERE ts < $from
