-- Purpose:    what viewers did in the chosen views, and when first.
-- Parameters: relation view_events.
-- Grain:      one row a view and event name.

SELECT event, place, min(ts) AS at_ms
FROM view_events
GROUP BY event, place
ORDER BY event, place;
