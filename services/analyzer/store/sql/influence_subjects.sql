-- Purpose:    whom to compare: viewers of a video from the begin of their first engaged view, and others from a page
--             that they saw, drawn by a hash.
-- Parameters: $site, $video (NULL: any), $from, $to, $most persons on each side; relations influenced_persons,
--             present_persons.
-- Grain:      one row a person. Both sides stood on the site at that moment; the page itself lies before it.

CREATE OR REPLACE TEMP TABLE subjects AS
WITH viewers AS (
  SELECT person_id, t0, true AS treated
  FROM influenced_persons
  WHERE video_id IS NOT DISTINCT FROM $video
  ORDER BY md5(person_id), person_id
  LIMIT $most
),
others AS (
  SELECT person_id
  FROM present_persons
  WHERE person_id NOT IN (SELECT person_id FROM influenced_persons WHERE video_id IS NOT DISTINCT FROM $video)
  ORDER BY md5(person_id), person_id
  LIMIT $most
),
moments AS (
  SELECT person_id, arg_min(ts, (event NOT IN ('page', 'screen'), md5(message_id))) + 1 AS t0, false AS treated
  FROM people
  WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IN (SELECT person_id FROM others)
  GROUP BY person_id
),
both_sides AS (
  SELECT * FROM viewers UNION ALL SELECT * FROM moments
)
SELECT row_number() OVER (ORDER BY t0, person_id) - 1 AS place, * FROM both_sides;
