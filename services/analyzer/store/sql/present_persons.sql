-- Purpose:    everybody who was there in the window, since when they are known, and what they bought by then and when.
-- Parameters: $site, $from, $to, $day_1 to $day_90 (ms), $exponent (decimal places of the site's currency); relation
--             conversions.
-- Grain:      one row a person. Money in minor units; value_N is what came between the stage before and day N from
--             the first touch. lot: by which some are drawn to stand for all.

CREATE OR REPLACE TEMP TABLE present_persons AS
WITH known AS (
  SELECT person_id, min(ts) AS first_at, bool_or(ts >= $from AND ts < $to) AS is_present
  FROM people
  WHERE site_id = $site AND person_id IS NOT NULL
  GROUP BY person_id
),
bought AS (
  SELECT person_id, ts, CAST(round(value * power(10, $exponent)) AS BIGINT) AS minor FROM conversions
),
spent AS (
  SELECT
    person_id,
    count(*) FILTER (ts >= $from AND ts < $to) AS conversions,
    count(minor) FILTER (ts >= $from AND ts < $to) AS valued,
    sum(minor) FILTER (ts >= $from AND ts < $to) AS minor,
    sum(minor) FILTER (ts - first_at <= $day_1) AS value_1,
    sum(minor) FILTER (ts - first_at > $day_1 AND ts - first_at <= $day_7) AS value_7,
    sum(minor) FILTER (ts - first_at > $day_7 AND ts - first_at <= $day_30) AS value_30,
    sum(minor) FILTER (ts - first_at > $day_30 AND ts - first_at <= $day_60) AS value_60,
    sum(minor) FILTER (ts - first_at > $day_60 AND ts - first_at <= $day_90) AS value_90
  FROM bought
  JOIN known USING (person_id)
  GROUP BY person_id
)
SELECT
  known.person_id, known.first_at, md5_number_lower('other' || known.person_id) AS lot,
  coalesce(conversions, 0) AS conversions, coalesce(valued, 0) AS valued, coalesce(minor, 0) AS minor,
  coalesce(value_1, 0) AS value_1, coalesce(value_7, 0) AS value_7, coalesce(value_30, 0) AS value_30,
  coalesce(value_60, 0) AS value_60, coalesce(value_90, 0) AS value_90
FROM known
LEFT JOIN spent USING (person_id)
WHERE is_present;
