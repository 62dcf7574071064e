-- Purpose:    the visitors that belong, or once belonged, to users.
-- Parameters: $site; relation wanted(c0 user_id).
-- Grain:      one row a user and visitor.

WITH owned AS (
  SELECT coalesce(user_merges.user_id, identity_links.user_id) AS person_id, identity_links.anonymous_id
  FROM identity_links
  LEFT JOIN user_merges
    ON user_merges.site_id = identity_links.site_id AND user_merges.previous_id = identity_links.user_id
  WHERE identity_links.site_id = $site
  UNION
  SELECT user_merges.user_id, user_merges.previous_id
  FROM user_merges
  WHERE user_merges.site_id = $site
    AND EXISTS (
      SELECT 1 FROM events
      WHERE events.site_id = $site AND events.anonymous_id = user_merges.previous_id
    )
)
SELECT DISTINCT person_id, anonymous_id
FROM owned
WHERE person_id IN (SELECT c0 FROM wanted)
ORDER BY person_id, anonymous_id;
