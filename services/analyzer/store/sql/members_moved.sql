-- Purpose:    who was in one segment by the last run and may be somebody else by now.
-- Parameters: $site, $segment; relation stored_members.
-- Grain:      one row a person.

SELECT person_id
FROM stored_members
WHERE segment_id = $segment
  AND (
    person_id IN (SELECT anonymous_id FROM identity_links WHERE site_id = $site)
    OR person_id IN (SELECT previous_id FROM user_merges WHERE site_id = $site)
  )
ORDER BY person_id;
