-- Purpose:    whom each video influenced: an engaged view, and what they bought within the days after one.
-- Parameters: $days_ms, $exponent; relations engaged_views, conversions, present_persons.
-- Grain:      one row a video (NULL: any of them) and person. t0 is the begin of the first engaged view.

CREATE OR REPLACE TEMP TABLE influenced_persons AS
WITH views AS (
  SELECT video_id, person_id, t0, engaged_at FROM engaged_views
  UNION ALL
  SELECT NULL, person_id, t0, engaged_at FROM engaged_views
),
firsts AS (
  SELECT video_id, person_id, min(t0) AS t0 FROM views GROUP BY video_id, person_id
),
won AS (
  SELECT
    views.video_id, views.person_id, conversions.message_id,
    any_value(CAST(round(conversions.value * power(10, $exponent)) AS BIGINT)) AS minor
  FROM views
  JOIN conversions
    ON conversions.person_id = views.person_id
    AND conversions.ts > views.engaged_at AND conversions.ts <= views.engaged_at + $days_ms
  GROUP BY views.video_id, views.person_id, conversions.message_id
),
summed AS (
  SELECT video_id, person_id, count(*) AS won, count(minor) AS won_valued, coalesce(sum(minor), 0) AS won_minor
  FROM won
  GROUP BY video_id, person_id
)
SELECT
  firsts.*, coalesce(won, 0) AS won, coalesce(won_valued, 0) AS won_valued, coalesce(won_minor, 0) AS won_minor
FROM firsts
JOIN present_persons USING (person_id)
LEFT JOIN summed
  ON summed.video_id IS NOT DISTINCT FROM firsts.video_id AND summed.person_id = firsts.person_id;
