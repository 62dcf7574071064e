-- Purpose:    conversion of those who had ordered before the window, and of those who had not.
-- Parameters: $from, $to, $minor_units of the site's currency; relations present_persons, conversions.
-- Grain:      one row for each of the two: persons seen in the window, those who ordered in it, orders, their worth.

WITH bought AS (
  SELECT
    person_id,
    bool_or(ts < $from) AS is_existing,
    count(*) FILTER (ts >= $from) AS orders,
    sum(CAST(round(value * $minor_units) AS BIGINT)) FILTER (ts >= $from) AS minor
  FROM conversions
  WHERE ts < $to
  GROUP BY person_id
)
SELECT
  coalesce(bought.is_existing, false) AS is_existing,
  count(*) AS persons,
  count(*) FILTER (bought.orders > 0) AS converters,
  CAST(coalesce(sum(bought.orders), 0) AS BIGINT) AS orders,
  CAST(coalesce(sum(bought.minor), 0) AS BIGINT) AS minor
FROM present_persons AS seen
LEFT JOIN bought ON bought.person_id = seen.person_id
GROUP BY 1
ORDER BY 1;
