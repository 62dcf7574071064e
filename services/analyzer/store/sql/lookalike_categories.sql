-- Purpose:    the product categories that most people look at.
-- Parameters: $site, $from, $to.
-- Grain:      one row a category.

SELECT product_category
FROM people
WHERE site_id = $site AND ts >= $from AND ts < $to AND event = 'Product Viewed' AND product_category IS NOT NULL
GROUP BY product_category
ORDER BY count(DISTINCT person_id) DESC, product_category
LIMIT 12;
