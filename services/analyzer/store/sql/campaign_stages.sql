-- Purpose:    what a campaign brought at each stage that persons were at before their trigger.
-- Parameters: relation campaign_priors.
-- Grain:      one row a campaign, stage (0, 1, or 2 and more conversions before) and side; values in minor units.

SELECT
  campaign_id, least(conversions_before, 2) AS stage, arm = 'holdout' AS is_held,
  count(*), count(*) FILTER (converted),
  CAST(sum(minor) AS DOUBLE), sum(CAST(minor AS DOUBLE) * minor)
FROM campaign_priors
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;
