-- Purpose:    a person's visits, and how far each looked around.
-- Parameters: relation timeline.
-- Grain:      one row a session with a page, a product or a video in it, by time: when it began, pages, different products
--             and categories.

SELECT
  min(ts) AS start_at, count(*) FILTER (type IN ('page', 'screen')) AS pages,
  count(DISTINCT product_id) FILTER (event = 'Product Viewed') AS products,
  count(DISTINCT product_category) FILTER (event = 'Product Viewed') AS categories
FROM timeline
WHERE type IN ('page', 'screen') OR event = 'Product Viewed' OR event LIKE 'Video %'
GROUP BY session_key
ORDER BY start_at;
