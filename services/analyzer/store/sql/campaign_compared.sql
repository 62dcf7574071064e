-- Purpose:    the persons of one campaign that are compared, with what they had done before.
-- Parameters: $campaign; relation campaign_priors.
-- Grain:      one row a person, in any order: only sums are made of them.

SELECT arm <> 'holdout' AS served, converted, minor, conversions_before, minor_before, views_before, carts_before
FROM campaign_priors
WHERE campaign_id = $campaign;
