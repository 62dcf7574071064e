-- Purpose:    persons by arm.
-- Parameters: relation campaign_persons.
-- Grain:      one row an arm; value in minor units.

SELECT
  arm, count(*) FILTER (assigned), count(*) FILTER (triggered), count(*) FILTER (was_shown),
  count(*) FILTER (clicked), count(*) FILTER (dismissed), count(*) FILTER (converted), CAST(sum(minor) AS BIGINT)
FROM campaign_persons
GROUP BY arm;
