-- Purpose:    note whose messages and decisions are about to be deleted.
-- Parameters: $site, $before: older than this; NULL: none; $received: received by then; NULL: none.
-- Grain:      one row a site, id and turn.

INSERT INTO touched
SELECT $site, id, (SELECT coalesce(max(turn), 0) + 1 FROM touched)
FROM (
  SELECT unnest([anonymous_id, user_id]) AS id
  FROM events
  WHERE site_id = $site AND (ts < $before OR received_at <= $received)
  UNION
  SELECT unnest([anonymous_id, user_id])
  FROM decisions
  WHERE site_id = $site AND (decided_at < $before OR decided_at <= $received)
)
WHERE id IS NOT NULL;
