-- Purpose:    like paths together.
-- Parameters: $minor_units of the site's currency; relations path_touches, conversions.
-- Grain:      one row a sequence of touches; value in whole minor units, so that sums do not hang on the order of rows.

WITH paths AS (
  SELECT person_id, conversion_id, list(touch ORDER BY ts, turn, touch) AS steps
  FROM path_touches
  GROUP BY person_id, conversion_id
)
SELECT
  steps,
  count(*) FILTER (paths.conversion_id IS NOT NULL) AS conversions,
  CAST(coalesce(sum(CAST(round(conversions.value * $minor_units) AS BIGINT)), 0) AS BIGINT) AS minor,
  count(*) FILTER (paths.conversion_id IS NULL) AS non_conversions
FROM paths
LEFT JOIN conversions
  ON conversions.message_id = paths.conversion_id AND conversions.person_id = paths.person_id
GROUP BY steps
ORDER BY conversions DESC, non_conversions DESC, steps;
