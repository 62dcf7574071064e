-- Purpose:    the customers of a site: known users, and whoever ordered.
-- Parameters: $to; relations known_users, conversions.
-- Grain:      relation customers, one row a customer: place (0, 1, ...), since when known.

CREATE OR REPLACE TEMP TABLE customers AS
WITH known AS (
  SELECT person_id, known_at AS ts FROM known_users
  UNION ALL
  SELECT person_id, ts FROM conversions WHERE ts < $to
),
firsts AS (
  SELECT person_id, min(ts) AS known_at FROM known GROUP BY person_id
)
SELECT row_number() OVER (ORDER BY known_at, person_id) - 1 AS place, person_id, known_at
FROM firsts;
