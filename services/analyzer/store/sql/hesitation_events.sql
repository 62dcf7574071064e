-- Purpose:    the messages of some of a site's people, narrow, before sessions are cut.
-- Parameters: $site, $below (of a million parts of people, by hash).
-- Grain:      one row a message.

CREATE OR REPLACE TEMP TABLE person_events AS
SELECT
  person_id, ts, message_id, session_id AS context_session_id, type, event, product_id
FROM people
WHERE site_id = $site AND person_id IS NOT NULL AND hash(person_id) % 1000000 < $below;
