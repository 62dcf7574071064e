-- Purpose:    persons by arm.
-- Parameters: relation campaign_persons.
-- Grain:      one row an arm.

SELECT
  arm, count(*) FILTER (assigned), count(*) FILTER (triggered), count(*) FILTER (was_shown),
  count(*) FILTER (clicked), count(*) FILTER (dismissed), count(*) FILTER (converted), sum(value)
FROM campaign_persons
GROUP BY arm;
