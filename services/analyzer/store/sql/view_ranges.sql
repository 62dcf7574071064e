-- Purpose:    the media ranges that were played in the chosen views, in the order they were reported.
-- Parameters: relation view_events.
-- Grain:      one row a range.

WITH ranges AS (
  SELECT place, ts, message_id, unnest(played) AS range, generate_subscripts(played, 1) AS turn
  FROM view_events
  WHERE played IS NOT NULL
)
SELECT place, ts AS at_ms, range[1] AS start, range[2] AS "end"
FROM ranges
ORDER BY place, ts, message_id, turn;
