-- Purpose:    a number for each person whose steps are followed, and when it first came.
-- Parameters: $most, $viewers; relations journey_known, journey_firsts.
-- Grain:      one row a person: $most people by hash (`is_base`; they stand for all), and of each video $viewers viewers
--             of the window by the same hash.

CREATE OR REPLACE TEMP TABLE walkers AS
WITH ranked AS (
  SELECT *, row_number() OVER (ORDER BY hash(person_id), person_id) <= $most AS is_base FROM journey_known
),
viewers AS (
  SELECT person_id
  FROM journey_firsts
  QUALIFY row_number() OVER (PARTITION BY video_id ORDER BY hash(person_id), person_id) <= $viewers
)
SELECT CAST(row_number() OVER (ORDER BY person_id) - 1 AS INTEGER) AS person_no, person_id, first_ts, is_base
FROM ranked
WHERE is_base OR person_id IN (SELECT person_id FROM viewers);
