-- Purpose:    what each person's visits come to.
-- Parameters: relation person_visits.
-- Grain:      relation visiting_persons, one row a person; gaps_ms: the times from a visit to the next.

CREATE OR REPLACE TEMP TABLE visiting_persons AS
SELECT
  person_id, min(start_at) AS first_at, min(start_at, 2)[2] AS second_at, count(*) AS visits,
  sum(pages) AS pages, sum(products) AS products, sum(categories) AS categories,
  list(gap_ms ORDER BY start_at) FILTER (gap_ms IS NOT NULL) AS gaps_ms
FROM person_visits
GROUP BY person_id;
