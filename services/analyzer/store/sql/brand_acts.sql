-- Purpose:    who dealt with which brand, or with which product whose brand was not told, in the window.
-- Parameters: $site, $from, $to, $events (acts that name a product or a brand), $below (persons: millionths by hash).
-- Grain:      one row a person and brand, or product.

CREATE OR REPLACE TEMP TABLE brand_acts AS
WITH acts AS (
  SELECT person_id, properties AS line
  FROM people
  WHERE site_id = $site AND ts >= $from AND ts < $to AND hash(person_id) % 1000000 < $below AND list_contains($events, event)
  UNION ALL
  SELECT person_id, unnest(properties->'$.products[*]')
  FROM people
  WHERE site_id = $site AND ts >= $from AND ts < $to AND hash(person_id) % 1000000 < $below AND event = 'Order Completed'
    AND json_type(properties, '$.products') = 'ARRAY'
),
named AS (
  SELECT person_id, {brand} AS brand, {product} AS product
  FROM (SELECT *, {told} AS told FROM acts)
)
SELECT DISTINCT person_id, brand, CASE WHEN brand IS NULL THEN product END AS product
FROM named
WHERE person_id IS NOT NULL AND (brand IS NOT NULL OR product IS NOT NULL);
