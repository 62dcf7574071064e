-- Purpose:    put the persons that listed ids are now into the membership of this run.
-- Parameters: $site, $segment; relation listed(c0 id).
-- Grain:      one row a person. An id that is no visitor of this site is taken as a user id.

INSERT INTO temp.segment_members
WITH visitors AS (
  SELECT anonymous_id, arg_max(person_id, (ts, message_id)) AS person_id, arg_max(is_user, (ts, message_id)) AS is_user
  FROM people
  WHERE site_id = $site AND anonymous_id IN (SELECT c0 FROM listed)
  GROUP BY anonymous_id
),
merged AS (
  SELECT previous_id, user_id FROM user_merges WHERE site_id = $site
)
SELECT
  $segment,
  coalesce(merged.user_id, visitors.person_id, listed.c0) AS person_id,
  bool_or(merged.user_id IS NOT NULL OR coalesce(visitors.is_user, true)) AS is_user
FROM listed
LEFT JOIN visitors ON visitors.anonymous_id = listed.c0
LEFT JOIN merged ON merged.previous_id = listed.c0
GROUP BY ALL;
