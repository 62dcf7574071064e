-- Purpose:    how many of those who were there were shown a prompt, or had one withheld.
-- Parameters: $site, $from, $to.
-- Grain:      one row: persons, shown any, withheld any, withheld and never shown one.

WITH persons AS (
  SELECT person_id, bool_or(event = 'Prompt Shown') AS shown, bool_or(event = 'Prompt Withheld') AS withheld
  FROM people
  WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IS NOT NULL
  GROUP BY person_id
)
SELECT
  count(*), count(*) FILTER (shown), count(*) FILTER (withheld), count(*) FILTER (withheld AND NOT shown)
FROM persons;
