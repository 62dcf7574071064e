-- Purpose:    the product categories that most people look at.
-- Parameters: relation viewed_categories.
-- Grain:      one row a category.

SELECT product_category
FROM viewed_categories
GROUP BY product_category
ORDER BY count(*) DESC, product_category
LIMIT 12;
