-- Purpose:    the cells to be pooled.
-- Parameters: relation lift_cells.
-- Grain:      one row a campaign and month.

SELECT * FROM lift_cells ORDER BY place, campaign_id;
