-- Purpose:    like paths together.
-- Parameters: relation attribution_walks.
-- Grain:      one row a sequence of touches; value in whole minor units, so that sums do not hang on the order of rows.

SELECT
  steps,
  count(*) FILTER (conversion_id IS NOT NULL) AS conversions,
  CAST(coalesce(sum(minor), 0) AS BIGINT) AS minor,
  count(*) FILTER (conversion_id IS NULL) AS non_conversions
FROM attribution_walks
GROUP BY steps
ORDER BY conversions DESC, non_conversions DESC, steps;
