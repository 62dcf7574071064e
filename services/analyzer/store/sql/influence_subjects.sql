-- Purpose:    adds whom to compare: viewers of a video from the begin of their first engaged view, and persons who did not
--             view it within a day from a page that they saw, drawn by a hash.
-- Parameters: $site, $report, $video (NULL: any), $from, $to, $most persons on each side; relations
--             influenced_persons, present_persons, gathered_subjects.
-- Grain:      one row a person and side: who viewed it on a later visit stands on both. Both sides stood on the site at
--             that moment; the page itself lies before it.

INSERT INTO gathered_subjects BY NAME
WITH viewers AS (
  SELECT person_id, t0, true AS treated
  FROM influenced_persons
  WHERE video_id IS NOT DISTINCT FROM $video
  ORDER BY md5(person_id), person_id
  LIMIT $most
),
others AS (
  SELECT present_persons.person_id, influenced_persons.t0 - 86400000 AS until
  FROM present_persons
  LEFT JOIN influenced_persons
    ON influenced_persons.person_id = present_persons.person_id
    AND influenced_persons.video_id IS NOT DISTINCT FROM $video
  WHERE influenced_persons.t0 IS NULL OR influenced_persons.t0 - 86400000 > present_persons.first_at
  ORDER BY md5('other' || present_persons.person_id), present_persons.person_id
  LIMIT $most
),
moments AS (
  SELECT person_id, arg_min(ts, (event NOT IN ('page', 'screen'), md5(message_id))) + 1 AS t0, false AS treated
  FROM people
  JOIN others USING (person_id)
  WHERE site_id = $site AND ts >= $from AND ts < least($to, coalesce(until, $to))
  GROUP BY person_id
)
SELECT $report AS report, * FROM viewers
UNION ALL
SELECT $report AS report, * FROM moments;
