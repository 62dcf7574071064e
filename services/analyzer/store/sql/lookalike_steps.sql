-- Purpose:    the moments at which somebody could have joined: pages, products, searches, carts of the window.
-- Parameters: $site, $from, $to.
-- Grain:      one row a step; `rank` orders them by hash.

CREATE OR REPLACE TEMP TABLE steps AS
SELECT person_id, ts, hash(message_id) AS rank
FROM people
WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IS NOT NULL
  AND (type IN ('page', 'screen') OR event IN ('Product Viewed', 'Products Searched', 'Product Added'));
