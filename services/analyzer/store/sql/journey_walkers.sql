-- Purpose:    the persons whose steps are followed, and when each first came.
-- Parameters: $most, $viewers; relations journey_known, journey_firsts.
-- Grain:      one row a person: everybody, or of more than $most a half, a quarter and so on by hash (`is_base`; they stand
--             for all), and viewers of the window by the same hash, of each video $viewers to half as many. Whom a few
--             more people would push out would have to be read anew: nobody moves until twice as many have come.

CREATE OR REPLACE TEMP TABLE walkers AS
WITH everybody AS (
  SELECT CAST(ceil(log2(greatest(1, count(*) / $most))) AS INTEGER) AS halvings FROM journey_known
),
videos AS (
  SELECT video_id, CAST(ceil(log2(greatest(1, count(*) / $viewers))) AS INTEGER) AS halvings
  FROM journey_firsts
  GROUP BY video_id
),
viewers AS (
  SELECT person_id
  FROM journey_firsts
  JOIN videos USING (video_id)
  WHERE hash(person_id) % (CAST(1 AS UBIGINT) << halvings) = 0
),
drawn AS (
  SELECT
    person_id, first_ts,
    hash(person_id) % (SELECT CAST(1 AS UBIGINT) << halvings FROM everybody) = 0 AS is_base
  FROM journey_known
)
SELECT *
FROM drawn
WHERE is_base OR person_id IN (SELECT person_id FROM viewers);
