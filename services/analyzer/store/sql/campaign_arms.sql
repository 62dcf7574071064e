-- Purpose:    persons by arm.
-- Parameters: relation campaign_persons.
-- Grain:      one row a campaign and arm; value in minor units.

SELECT
  campaign_id, arm, count(*) FILTER (assigned), count(*) FILTER (triggered), count(*) FILTER (was_shown),
  count(*) FILTER (clicked), count(*) FILTER (dismissed), count(*) FILTER (converted), CAST(sum(minor) AS BIGINT)
FROM campaign_persons
GROUP BY campaign_id, arm;
