-- Purpose:    the moments at which somebody could have joined: after pages, products, searches, carts of the window.
-- Parameters: $site, $from, $to.
-- Grain:      one row a person and time; `steps` counts those made by then, `rank` orders moments by hash.

CREATE OR REPLACE TEMP TABLE steps AS
SELECT
  person_id, ts, min(hash(message_id)) AS rank,
  least(sum(count(*)) OVER (PARTITION BY person_id ORDER BY ts), 50) AS steps
FROM people
WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IS NOT NULL
  AND (type IN ('page', 'screen') OR event IN ('Product Viewed', 'Products Searched', 'Product Added'))
GROUP BY person_id, ts;
