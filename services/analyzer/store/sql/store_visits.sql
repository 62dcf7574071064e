-- Purpose:    visits to stores, each id once.
-- Parameters: $site, $to.
-- Grain:      relation store_visits, one row a visit_id, or a message without one; the earliest message is the visit.

CREATE OR REPLACE TEMP TABLE store_visits AS
WITH visited AS (
  SELECT
    person_id, ts, message_id,
    nullif(json_extract_string(properties, '$.visit_id'), '') AS visit_id,
    coalesce(json_extract_string(properties, '$.store_id'), '') AS store_id
  FROM people
  WHERE site_id = $site AND event = 'Store Visited' AND person_id IS NOT NULL AND ts < $to
)
SELECT person_id, ts, message_id, store_id, visit_id IS NOT NULL AS has_id
FROM visited
QUALIFY visit_id IS NULL OR row_number() OVER (PARTITION BY visit_id ORDER BY ts, message_id) = 1;
