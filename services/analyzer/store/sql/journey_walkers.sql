-- Purpose:    a number for each person whose steps are followed, and when it first came.
-- Parameters: $site, $from, $to, $most, $viewers; relation journey_views.
-- Grain:      one row a person: $most people by hash (`is_base`; they stand for all), and of each video $viewers viewers
--             of the window by the same hash. `persons` counts all.

CREATE OR REPLACE TEMP TABLE walkers AS
WITH everybody AS (
  SELECT person_id, min(ts) AS first_ts
  FROM people
  WHERE site_id = $site AND person_id IS NOT NULL
  GROUP BY person_id
),
ranked AS (
  SELECT
    *, count(*) OVER () AS persons, row_number() OVER (ORDER BY hash(person_id), person_id) <= $most AS is_base
  FROM everybody
),
viewers AS (
  SELECT person_id
  FROM (SELECT DISTINCT person_id, video_id FROM journey_views WHERE t0 >= $from AND t0 < $to)
  QUALIFY row_number() OVER (PARTITION BY video_id ORDER BY hash(person_id), person_id) <= $viewers
)
SELECT
  CAST(row_number() OVER (ORDER BY person_id) - 1 AS INTEGER) AS person_no, person_id, first_ts, persons, is_base
FROM ranked
WHERE is_base OR person_id IN (SELECT person_id FROM viewers);
