-- Purpose:    which devices and channels anybody came with; nothing told is "unknown".
-- Parameters: relation quadrant_persons.
-- Grain:      one row.

SELECT
  coalesce(list(DISTINCT coalesce(nullif(device, ''), 'unknown')), []),
  coalesce(list(DISTINCT coalesce(nullif(channel, ''), 'unknown')), [])
FROM quadrant_persons;
