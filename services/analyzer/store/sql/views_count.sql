-- Purpose:    how many views were chosen.
-- Parameters: relation views.
-- Grain:      one row.

SELECT count(*) FROM views;
