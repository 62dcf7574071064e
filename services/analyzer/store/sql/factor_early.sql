-- Purpose:    how the first days of persons were, and what became of them.
-- Parameters: $site, $from, $to, $landmark_ms (length of the first days); relations factor_near, conversions.
-- Grain:      relation factor_early, one row a person. sessions, pages, days, channel and device are of the first days;
--             conversions of the whole window.

CREATE OR REPLACE TEMP TABLE factor_early AS
WITH early AS (
  SELECT
    near.person_id, near.began,
    count(DISTINCT coalesce(people.session_id, CAST(people.ts // 1800000 AS VARCHAR))) AS sessions,
    count(*) FILTER (people.event IN ('page', 'screen')) AS pages,
    count(DISTINCT people.ts // 86400000) AS days,
    arg_min(people.channel, (people.ts, people.message_id)) FILTER (people.channel IS NOT NULL) AS channel,
    arg_min(people.device_type, (people.ts, people.message_id)) FILTER (people.device_type IS NOT NULL) AS device
  FROM factor_near AS near
  JOIN people
    ON people.person_id = near.person_id AND people.ts >= near.began
    AND people.ts < near.began + $landmark_ms AND people.ts < $to
  WHERE people.site_id = $site
  GROUP BY near.person_id, near.began
),
converted AS (
  SELECT person_id, min(ts) AS first_at, count(*) AS conversions
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
  early.*, converted.first_at, coalesce(converted.conversions, 0) AS conversions,
  after_landmark.person_id IS NOT NULL AS converted_after
FROM early
LEFT JOIN converted ON converted.person_id = early.person_id
LEFT JOIN after_landmark ON after_landmark.person_id = early.person_id;
