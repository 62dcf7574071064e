-- Purpose:    the seed of the best customers: the fifth of the window's buyers whose conversions were worth most.
-- Parameters: $from, $to; relation conversions.
-- Grain:      one row a person.

CREATE OR REPLACE TEMP TABLE seeds AS
WITH bought AS (
  SELECT person_id, sum(coalesce(value, 0)) AS worth
  FROM conversions
  WHERE ts >= $from AND ts < $to
  GROUP BY person_id
)
SELECT person_id
FROM bought
QUALIFY row_number() OVER (ORDER BY worth DESC, person_id) <= ceil(0.2 * count(*) OVER ());
