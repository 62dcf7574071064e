-- Purpose:    what viewers did in the chosen views, and when first.
-- Parameters: relation chosen_views.
-- Grain:      one row a view and event name.

SELECT view, did.event, did.at_ms
FROM (SELECT view, unnest(actions) AS did FROM chosen_views WHERE actions IS NOT NULL);
