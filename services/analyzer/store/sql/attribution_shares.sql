-- Purpose:    time decay by the real age of each touch: half as much for every half-life that it lies back.
-- Parameters: $half_life_days, $minor_units; relations path_touches, conversions.
-- Grain:      relation attribution_shares, one row a touch of a path that converted; minor is the conversion's value in
--             minor units. Added in order, so that sums come out alike to the last digit.

CREATE OR REPLACE TEMP TABLE attribution_shares AS
WITH weighed AS (
  SELECT person_id, conversion_id, touch, pow(2, -age_days / $half_life_days) AS weight
  FROM path_touches
  WHERE conversion_id IS NOT NULL
),
shared AS (
  SELECT *, weight / sum(weight ORDER BY weight) OVER (PARTITION BY person_id, conversion_id) AS share FROM weighed
)
SELECT
  shared.person_id, shared.conversion_id, shared.touch, shared.share,
  coalesce(round(conversions.value * $minor_units), 0) AS minor
FROM shared
LEFT JOIN conversions
  ON conversions.message_id = shared.conversion_id AND conversions.person_id = shared.person_id;
