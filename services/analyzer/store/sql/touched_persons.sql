-- Purpose:    whose messages, or whose person, changed since a turn, and who has a message at an edge of time that moved.
-- Parameters: $site, $turn (the last one known); {moved_messages}, {moved_decisions}: which of them are now on the
--             other side of an edge.
-- Grain:      relation touched_persons, one row an id that is a person or was one.

CREATE OR REPLACE TEMP TABLE touched_persons AS
WITH seen AS (
  SELECT id FROM touched WHERE site_id = $site AND turn > $turn
  UNION
  SELECT unnest([anonymous_id, user_id]) FROM events WHERE site_id = $site AND ({moved_messages})
  UNION
  SELECT unnest([anonymous_id, user_id]) FROM decisions WHERE site_id = $site AND ({moved_decisions})
),
named AS (
  SELECT id FROM seen WHERE id IS NOT NULL
  UNION
  SELECT identity_links.user_id
  FROM identity_links
  JOIN seen ON seen.id = identity_links.anonymous_id
  WHERE identity_links.site_id = $site
)
SELECT id AS person_id FROM named
UNION
SELECT user_merges.user_id
FROM user_merges
JOIN named ON named.id = user_merges.previous_id
WHERE user_merges.site_id = $site;
