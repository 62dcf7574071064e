-- Purpose:    which answers a conversion followed within the goal's window.
-- Parameters: $window_ms; relations answered(row, person_id, answered_at), conversions.
-- Grain:      one row an answer with a conversion.

SELECT DISTINCT answered.row
FROM answered
JOIN conversions
  ON conversions.person_id = answered.person_id
  AND conversions.ts > answered.answered_at
  AND conversions.ts <= answered.answered_at + $window_ms
ORDER BY answered.row;
