-- Purpose:    the imported brands of the products that most people dealt with and whose acts did not tell the brand.
-- Parameters: $site, $most; relation brand_acts(person_id, brand, product).
-- Grain:      one row a product.

WITH wanted AS (
  SELECT product, count(*) AS persons FROM brand_acts WHERE product IS NOT NULL GROUP BY product
),
catalogue AS (
  SELECT product_id AS product, arg_max({brand}, (ts, message_id)) AS brand
  FROM (
    SELECT *, {told} AS told
    FROM (SELECT *, properties AS line FROM events WHERE site_id = $site AND event = 'Product Imported')
  )
  WHERE product_id IS NOT NULL AND {brand} IS NOT NULL
  GROUP BY product_id
)
SELECT product, brand
FROM wanted
JOIN catalogue USING (product)
ORDER BY persons DESC, product
LIMIT $most;
