-- Purpose:    the persons among whom behaviours are compared, and how their first days were.
-- Parameters: $site, $from, $to, $landmark_ms (length of the first days), $most (persons); relation conversions.
-- Grain:      relation factor_persons, one row a person, numbered. Of more than $most a part is taken, by a hash of
--             the person. early figures are of the first days; conversions of the whole window.

CREATE OR REPLACE TEMP TABLE factor_persons AS
WITH known AS (
  SELECT person_id, min(ts) AS began
  FROM people
  WHERE site_id = $site AND person_id IS NOT NULL AND ts >= $from AND ts < $to
  GROUP BY person_id
),
chosen AS (
  SELECT person_id, began FROM known
  QUALIFY row_number() OVER (ORDER BY md5(person_id), person_id) <= $most
),
early AS (
  SELECT
    chosen.person_id, chosen.began,
    count(DISTINCT coalesce(people.session_id, CAST(people.ts // 1800000 AS VARCHAR))) AS sessions,
    count(*) FILTER (people.event IN ('page', 'screen')) AS pages,
    count(DISTINCT people.ts // 86400000) AS days,
    arg_min(people.channel, (people.ts, people.message_id)) FILTER (people.channel IS NOT NULL) AS channel,
    arg_min(people.device_type, (people.ts, people.message_id)) FILTER (people.device_type IS NOT NULL) AS device
  FROM chosen
  JOIN people
    ON people.person_id = chosen.person_id AND people.ts >= chosen.began
    AND people.ts < chosen.began + $landmark_ms AND people.ts < $to
  WHERE people.site_id = $site
  GROUP BY chosen.person_id, chosen.began
),
converted AS (
  SELECT person_id, min(ts) AS first_at, max(ts) AS last_at, count(*) AS conversions
  FROM conversions
  WHERE ts >= $from AND ts < $to
  GROUP BY person_id
),
after_landmark AS (
  SELECT DISTINCT early.person_id
  FROM early
  JOIN conversions
    ON conversions.person_id = early.person_id AND conversions.ts >= early.began + $landmark_ms
    AND conversions.ts < $to
)
SELECT
  row_number() OVER (ORDER BY early.began, early.person_id) - 1 AS place,
  early.*, converted.first_at, coalesce(converted.conversions, 0) AS conversions,
  after_landmark.person_id IS NOT NULL AS converted_after
FROM early
LEFT JOIN converted ON converted.person_id = early.person_id
LEFT JOIN after_landmark ON after_landmark.person_id = early.person_id;
