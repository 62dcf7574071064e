-- Purpose:    the persons of one campaign that are compared, with what they had done before.
-- Parameters: $campaign; relation campaign_priors.
-- Grain:      one row a person.

SELECT arm <> 'holdout' AS served, converted, minor, conversions_before, minor_before, views_before, carts_before
FROM campaign_priors
WHERE campaign_id = $campaign
ORDER BY person_id;
