-- Purpose:    who came into a segment and who left one since the last run.
-- Parameters: relations stored_members, segment_members (of this run), persons.
-- Grain:      one row a change, whether it is a coming, and whether the person's id is a user id: by messages, else as stored,
--             else as listed.

WITH known AS (
  SELECT person_id, bool_or(is_user) AS is_user FROM stored_members GROUP BY person_id
),
changes AS (
  SELECT
    coalesce(found.segment_id, stored_members.segment_id) AS segment_id,
    coalesce(found.person_id, stored_members.person_id) AS person_id,
    found.is_user, found.person_id IS NOT NULL AS is_added
  FROM stored_members
  FULL JOIN segment_members AS found
    ON found.segment_id = stored_members.segment_id AND found.person_id = stored_members.person_id
  WHERE found.person_id IS NULL OR stored_members.person_id IS NULL
)
SELECT
  changes.segment_id, changes.person_id, changes.is_added,
  coalesce(persons.is_user, known.is_user, changes.is_user) AS is_user
FROM changes
LEFT JOIN persons USING (person_id)
LEFT JOIN known USING (person_id);
