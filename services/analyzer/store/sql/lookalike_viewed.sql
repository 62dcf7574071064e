-- Purpose:    which product categories each person looked at in the window.
-- Parameters: $site, $from, $to.
-- Grain:      relation viewed_categories, one row a person and category.

CREATE OR REPLACE TEMP TABLE viewed_categories AS
SELECT DISTINCT person_id, product_category
FROM people
WHERE site_id = $site AND ts >= $from AND ts < $to AND event = 'Product Viewed'
  AND product_category IS NOT NULL AND person_id IS NOT NULL;
