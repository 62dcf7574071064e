-- Purpose:    the person behind an id; a user's id goes before a visitor's that looks the same.
-- Parameters: $site, $id.
-- Grain:      one row; person_id is NULL for an id never met.

WITH as_user AS (
  SELECT count(*) > 0 AS met
  FROM (
    SELECT 1 FROM identity_links WHERE site_id = $site AND user_id = $id
    UNION ALL
    SELECT 1 FROM events
    WHERE site_id = $site AND user_id = $id
    LIMIT 1
  )
),
as_visitor AS (
  SELECT count(*) > 0 AS met FROM (SELECT 1 FROM events WHERE site_id = $site AND anonymous_id = $id LIMIT 1)
),
linked AS (
  SELECT arg_max(user_id, valid_from) AS user_id FROM identity_links WHERE site_id = $site AND anonymous_id = $id
),
named AS (
  SELECT
    CASE WHEN as_user.met THEN $id WHEN as_visitor.met THEN coalesce(linked.user_id, $id) END AS named_id,
    as_user.met OR linked.user_id IS NOT NULL AS by_user
  FROM as_user, as_visitor, linked
)
SELECT
  coalesce(user_merges.user_id, named.named_id) AS person_id,
  named.by_user OR user_merges.user_id IS NOT NULL AS is_user
FROM named
LEFT JOIN user_merges
  ON user_merges.site_id = $site AND user_merges.previous_id = coalesce(named.named_id, $id);
