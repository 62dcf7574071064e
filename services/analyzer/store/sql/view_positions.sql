-- Purpose:    where the playhead stood at each event of those chosen views whose player reports no ranges.
-- Parameters: relation chosen_views.
-- Grain:      one row an event with a position; a view's rows are in the order of time.

SELECT view, stood.at_ms, stood.event, stood.position
FROM (SELECT view, unnest(positions) AS stood FROM chosen_views WHERE positions IS NOT NULL);
