-- Purpose:    a number for each person whose steps are followed, and when it first came.
-- Parameters: $site, $most.
-- Grain:      one row a person, at most $most of them by hash; `persons` counts all.

CREATE OR REPLACE TEMP TABLE walkers AS
WITH everybody AS (
  SELECT person_id, min(ts) AS first_ts
  FROM people
  WHERE site_id = $site AND person_id IS NOT NULL
  GROUP BY person_id
),
chosen AS (
  SELECT *, count(*) OVER () AS persons
  FROM everybody
  QUALIFY $most >= persons OR row_number() OVER (ORDER BY hash(person_id), person_id) <= $most
)
SELECT CAST(row_number() OVER (ORDER BY person_id) - 1 AS INTEGER) AS person_no, person_id, first_ts, persons
FROM chosen;
