-- Purpose:    the triggered persons of a campaign, with the chance by which each got its arm.
-- Parameters: $campaign; relation campaign_persons.
-- Grain:      one row a person that was seen in one arm, in any order; propensity is NULL where the log does not say it.

SELECT arm, propensity, converted, minor
FROM campaign_persons
WHERE campaign_id = $campaign AND triggered AND arms = 1;
