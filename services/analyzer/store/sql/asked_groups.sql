-- Purpose:    the groups of a question, those with the most behind them first.
-- Parameters: $most; relation asked; {rank}: text of the closed table.
-- Grain:      relation kept, one row a group of the first $most; groups: how many there are in all.

CREATE OR REPLACE TEMP TABLE kept AS
SELECT
  key,
  row_number() OVER (ORDER BY {rank} DESC NULLS LAST, key IS NULL, key) AS place,
  count(*) OVER () AS groups
FROM asked
GROUP BY key
QUALIFY place <= $most;
