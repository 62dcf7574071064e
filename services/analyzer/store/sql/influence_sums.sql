-- Purpose:    what the influenced of each video add up to, and (is_everybody) what all who were there do.
-- Parameters: $now, $days_ms, $day_1 to $day_90; relations influenced_persons, present_persons.
-- Grain:      one row a video (NULL: any), and one for everybody. known_N counts persons first met N days ago or
--             longer, value_N sums what these spent between the stage before and day N. Money in minor units.

WITH persons AS (
  SELECT false AS is_everybody, video_id, t0, won, won_valued, won_minor, present_persons.*
  FROM influenced_persons
  JOIN present_persons USING (person_id)
  UNION ALL BY NAME
  SELECT true AS is_everybody, * FROM present_persons
)
SELECT
  is_everybody,
  video_id,
  count(*) AS persons,
  count(*) FILTER (won > 0) AS converters,
  CAST(coalesce(sum(won), 0) AS BIGINT) AS orders,
  CAST(coalesce(sum(won_valued), 0) AS BIGINT) AS valued_orders,
  CAST(coalesce(sum(won_minor), 0) AS BIGINT) AS minor,
  count(*) FILTER (t0 + $days_ms > $now) AS incomplete,
  count(*) FILTER (conversions > 0) AS any_converters,
  CAST(sum(conversions) AS BIGINT) AS any_orders,
  CAST(sum(valued) AS BIGINT) AS any_valued_orders,
  CAST(sum(persons.minor) AS BIGINT) AS any_minor,
  count(*) FILTER (first_at + $day_1 <= $now) AS known_1,
  count(*) FILTER (first_at + $day_7 <= $now) AS known_7,
  count(*) FILTER (first_at + $day_30 <= $now) AS known_30,
  count(*) FILTER (first_at + $day_60 <= $now) AS known_60,
  count(*) FILTER (first_at + $day_90 <= $now) AS known_90,
  CAST(coalesce(sum(value_1) FILTER (first_at + $day_1 <= $now), 0) AS BIGINT) AS value_1,
  CAST(coalesce(sum(value_7) FILTER (first_at + $day_7 <= $now), 0) AS BIGINT) AS value_7,
  CAST(coalesce(sum(value_30) FILTER (first_at + $day_30 <= $now), 0) AS BIGINT) AS value_30,
  CAST(coalesce(sum(value_60) FILTER (first_at + $day_60 <= $now), 0) AS BIGINT) AS value_60,
  CAST(coalesce(sum(value_90) FILTER (first_at + $day_90 <= $now), 0) AS BIGINT) AS value_90
FROM persons
GROUP BY is_everybody, video_id
ORDER BY is_everybody, video_id NULLS FIRST;
