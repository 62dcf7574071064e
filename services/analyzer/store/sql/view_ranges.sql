-- Purpose:    the media ranges that were played in the chosen views.
-- Parameters: relation chosen_views.
-- Grain:      one row a range; a view's rows are in the order they were reported.

SELECT view, CAST(told[turn] AS BIGINT) AS at_ms, told[turn + 1] AS start, told[turn + 2] AS "end"
FROM (SELECT view, told, unnest(range(1, len(told) + 1, 3)) AS turn FROM chosen_views);
