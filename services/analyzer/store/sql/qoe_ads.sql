-- Purpose:    the stretches of time in which a player showed an advertisement.
-- Parameters: relation qoe_events.
-- Grain:      one row an advertisement that began; one that never ended has no length.

CREATE OR REPLACE TEMP TABLE qoe_ads AS
SELECT person_id, view_key, ts AS from_at, coalesce(next_at, ts) AS to_at
FROM (
  SELECT
    person_id, view_key, ts, event,
    lead(ts) OVER (PARTITION BY person_id, view_key ORDER BY ts, message_id) AS next_at
  FROM qoe_events
  WHERE content_id IS NULL
)
WHERE event = 'Video Ad Started';
