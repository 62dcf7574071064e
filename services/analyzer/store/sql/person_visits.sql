-- Purpose:    the visits of everybody, and how far each looked around.
-- Parameters: $site, $to.
-- Grain:      relation person_visits, one row a session with a page, a product or a video in it: when it began, pages,
--             different products and categories. Messages without a session id make one as long as less than 30 minutes
--             lie between them.

CREATE OR REPLACE TEMP TABLE person_visits AS
WITH looks AS NOT MATERIALIZED (
  SELECT
    person_id, ts, message_id, session_id, type IN ('page', 'screen') AS is_page,
    CASE WHEN event = 'Product Viewed' THEN product_id END AS product_id,
    CASE WHEN event = 'Product Viewed' THEN product_category END AS category
  FROM people
  WHERE site_id = $site AND person_id IS NOT NULL AND ts < $to
    AND (type IN ('page', 'screen') OR event = 'Product Viewed' OR event LIKE 'Video %')
),
unnamed AS (
  SELECT
    * EXCLUDE (session_id),
    CASE WHEN ts - lag(ts) OVER (PARTITION BY person_id ORDER BY ts, message_id) < 1800000 THEN 0 ELSE 1 END AS opens
  FROM looks
  WHERE session_id IS NULL
),
keyed AS (
  SELECT person_id, ts, is_page, product_id, category, 's' || session_id AS visit
  FROM looks
  WHERE session_id IS NOT NULL
  UNION ALL
  SELECT
    person_id, ts, is_page, product_id, category,
    'g' || CAST(sum(opens) OVER (PARTITION BY person_id ORDER BY ts, message_id) AS VARCHAR)
  FROM unnamed
)
SELECT
  person_id, min(ts) AS start_at, CAST(count(*) FILTER (is_page) AS INTEGER) AS pages,
  CAST(count(DISTINCT product_id) AS INTEGER) AS products, CAST(count(DISTINCT category) AS INTEGER) AS categories
FROM keyed
GROUP BY person_id, visit;
