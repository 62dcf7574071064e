-- Purpose:    the messages of a site's people, narrow, before sessions are cut.
-- Parameters: $site, $most.
-- Grain:      one row a message of at most $most persons, by hash.

CREATE OR REPLACE TEMP TABLE person_events AS
WITH chosen AS (
  SELECT person_id
  FROM (SELECT DISTINCT person_id FROM people WHERE site_id = $site AND person_id IS NOT NULL)
  QUALIFY row_number() OVER (ORDER BY hash(person_id), person_id) <= $most
)
SELECT
  person_id, ts, message_id, session_id AS context_session_id, type, event, product_id
FROM people
WHERE site_id = $site AND person_id IN (SELECT person_id FROM chosen);
