-- Purpose:    every order of every customer.
-- Parameters: $to, $minor_units of the site's currency; relations customers, conversions.
-- Grain:      one row an order, by customer and time; minor NULL without an amount or a rate.

SELECT
  customers.place, conversions.ts,
  CAST(round(conversions.value * $minor_units) AS BIGINT) AS minor
FROM conversions
JOIN customers ON customers.person_id = conversions.person_id
WHERE conversions.ts < $to
ORDER BY customers.place, conversions.ts, conversions.message_id;
