-- Purpose:    the moments at which somebody could have joined: after pages, products, searches, carts of the window.
-- Parameters: $site, $from, $to, $below (of a million parts of people, by hash); relation seeds, all of whom are in.
-- Grain:      one row a person and time; `steps` counts those made by then, `rank` orders moments by hash.

CREATE OR REPLACE TEMP TABLE steps AS
SELECT
  person_id, ts, min(hash(message_id)) AS rank,
  least(sum(count(*)) OVER (PARTITION BY person_id ORDER BY ts), 50) AS steps
FROM people
WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IS NOT NULL
  AND (hash(person_id) % 1000000 < $below OR person_id IN (SELECT person_id FROM seeds))
  AND (type IN ('page', 'screen') OR event IN ('Product Viewed', 'Products Searched', 'Product Added'))
GROUP BY person_id, ts;
