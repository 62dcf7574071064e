-- Purpose:    purchases, and the store each was made in.
-- Parameters: $site, $event (the goal's), $to, $minor_units of the site's currency; relation conversions.
-- Grain:      relation store_purchases, one row a conversion; minor NULL without an amount or a rate, store_id NULL
--             where none is named.

CREATE OR REPLACE TEMP TABLE store_purchases AS
WITH named AS (
  SELECT person_id, message_id, json_extract_string(properties, '$.store_id') AS store_id
  FROM people
  WHERE site_id = $site AND event = $event AND person_id IS NOT NULL AND ts < $to
)
SELECT
  conversions.person_id, conversions.ts, conversions.message_id, nullif(named.store_id, '') AS store_id,
  CAST(round(conversions.value * $minor_units) AS BIGINT) AS minor
FROM conversions
LEFT JOIN named ON named.person_id = conversions.person_id AND named.message_id = conversions.message_id
WHERE conversions.ts < $to;
