-- Purpose:    how many of those who were there were shown a prompt, or had one withheld.
-- Parameters: relation prompted_persons.
-- Grain:      one row: persons, shown any, withheld any, withheld and never shown one.

SELECT
  count(*), count(*) FILTER (shown), count(*) FILTER (withheld), count(*) FILTER (withheld AND NOT shown)
FROM prompted_persons;
