-- Purpose:    how often each name of a step occurs.
-- Parameters: relation journey_events.
-- Grain:      one row a name.

SELECT name, count(*) FROM journey_events GROUP BY name ORDER BY count(*) DESC, name;
