-- Purpose:    how much of the table of messages came in since it was last sorted.
-- Parameters: none.
-- Grain:      one row.

SELECT
  (SELECT count(*) FROM events) AS events,
  coalesce((SELECT max(sorted_events) FROM upkeep), 0) AS sorted_events;
