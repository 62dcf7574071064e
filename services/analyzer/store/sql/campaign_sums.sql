-- Purpose:    the sums by which arms are compared; a person seen in two arms is set aside.
-- Parameters: relation campaign_persons.
-- Grain:      one row a campaign and arm, of its triggered persons, then of its assigned ones; values in minor units.

SELECT
  campaign_id, arm,
  count(*) FILTER (triggered), count(*) FILTER (triggered AND converted),
  CAST(coalesce(sum(minor) FILTER (triggered), 0) AS DOUBLE),
  coalesce(sum(CAST(minor AS DOUBLE) * minor) FILTER (triggered), 0),
  count(*) FILTER (assigned), count(*) FILTER (assigned AND intended_converted),
  CAST(coalesce(sum(intended_minor) FILTER (assigned), 0) AS DOUBLE),
  coalesce(sum(CAST(intended_minor AS DOUBLE) * intended_minor) FILTER (assigned), 0)
FROM campaign_persons
WHERE arms = 1
GROUP BY campaign_id, arm
ORDER BY campaign_id, arm;
