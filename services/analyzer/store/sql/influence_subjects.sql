-- Purpose:    adds whom to compare: viewers of a video from the begin of their first engaged view, and persons who did not
--             view it within a day from a page that they saw, drawn by a hash; which page is said by `influence_moments`.
-- Parameters: $report, $video (NULL: any), $most persons on each side; relations influenced_persons, present_persons,
--             gathered_subjects.
-- Grain:      one row a person and side: who viewed it on a later visit stands on both. t0 NULL: a page before `until`
--             (NULL: any page).

INSERT INTO gathered_subjects BY NAME
WITH viewers AS (
  SELECT person_id, t0, true AS treated
  FROM influenced_persons
  WHERE video_id IS NOT DISTINCT FROM $video
  ORDER BY hash(person_id), person_id
  LIMIT $most
),
others AS (
  SELECT present_persons.person_id, false AS treated, influenced_persons.t0 - 86400000 AS until
  FROM present_persons
  LEFT JOIN influenced_persons
    ON influenced_persons.person_id = present_persons.person_id
    AND influenced_persons.video_id IS NOT DISTINCT FROM $video
  WHERE influenced_persons.t0 IS NULL OR influenced_persons.t0 - 86400000 > present_persons.first_at
  ORDER BY present_persons.lot, present_persons.person_id
  LIMIT $most
)
SELECT $report AS report, person_id, t0, treated, CAST(NULL AS BIGINT) AS until FROM viewers
UNION ALL
SELECT $report AS report, person_id, CAST(NULL AS BIGINT) AS t0, treated, until FROM others;
