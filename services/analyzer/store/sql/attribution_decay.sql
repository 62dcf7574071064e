-- Purpose:    time decay by the real age of each touch: half as much for every half-life that it lies back.
-- Parameters: $half_life_days, $minor_units; relations path_touches, conversions.
-- Grain:      one row a touch's name; value in minor units.

WITH weighed AS (
  SELECT person_id, conversion_id, touch, pow(2, -age_days / $half_life_days) AS weight
  FROM path_touches
  WHERE conversion_id IS NOT NULL
),
shared AS (
  SELECT *, weight / sum(weight) OVER (PARTITION BY person_id, conversion_id) AS share FROM weighed
)
SELECT
  touch,
  sum(share ORDER BY shared.person_id, shared.conversion_id) AS conversions,
  sum(share * coalesce(round(conversions.value * $minor_units), 0) ORDER BY shared.person_id, shared.conversion_id) AS minor
FROM shared
LEFT JOIN conversions
  ON conversions.message_id = shared.conversion_id AND conversions.person_id = shared.person_id
GROUP BY touch
ORDER BY touch;
