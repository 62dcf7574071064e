-- Purpose:    each person's paths.
-- Parameters: $minor_units of the site's currency; relations path_touches, conversions.
-- Grain:      relation attribution_walks, one row a person and path. minor is the conversion's value in whole minor
--             units; NULL conversion_id: did not convert.

CREATE OR REPLACE TEMP TABLE attribution_walks AS
WITH paths AS (
  SELECT person_id, conversion_id, list(touch ORDER BY ts, turn, touch) AS steps
  FROM path_touches
  GROUP BY person_id, conversion_id
)
SELECT
  paths.person_id, paths.conversion_id, paths.steps,
  CAST(round(conversions.value * $minor_units) AS BIGINT) AS minor
FROM paths
LEFT JOIN conversions
  ON conversions.message_id = paths.conversion_id AND conversions.person_id = paths.person_id;
