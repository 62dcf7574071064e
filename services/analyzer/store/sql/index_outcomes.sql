-- Purpose:    who converted after a moment of their own.
-- Parameters: $window_ms; relations subjects, indexes(row, place, index_at), conversions.
-- Grain:      one row an index that a conversion follows within the window: how many, and what they were worth.

SELECT
  indexes.row,
  count(*) AS conversions,
  coalesce(sum(conversions.value ORDER BY conversions.ts, conversions.message_id), 0) AS value
FROM indexes
JOIN subjects ON subjects.place = indexes.place
JOIN conversions
  ON conversions.person_id = subjects.person_id
  AND conversions.ts > indexes.index_at
  AND conversions.ts <= indexes.index_at + $window_ms
GROUP BY indexes.row
ORDER BY indexes.row;
