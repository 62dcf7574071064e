-- Purpose:    what persons had done strictly before their trigger, by which arms are adjusted.
-- Parameters: $site, $minor_units (of the site's currency); relations campaign_persons, conversions.
-- Grain:      relation campaign_priors, one row a campaign and triggered person that was seen in one arm. Conversions
--             and their value (minor units) of all time before, products and carts of the 90 days before.

CREATE OR REPLACE TEMP TABLE campaign_priors AS
WITH compared AS (
  SELECT campaign_id, person_id, arm, triggered_at, converted, minor
  FROM campaign_persons
  WHERE triggered AND arms = 1
),
bought AS (
  SELECT
    compared.campaign_id, compared.person_id, count(*) AS conversions,
    CAST(coalesce(sum(CAST(round(conversions.value * $minor_units) AS BIGINT)), 0) AS BIGINT) AS minor
  FROM compared
  JOIN conversions
    ON conversions.person_id = compared.person_id AND conversions.ts < compared.triggered_at
  GROUP BY compared.campaign_id, compared.person_id
),
looked AS (
  SELECT
    compared.campaign_id, compared.person_id,
    count(*) FILTER (people.event = 'Product Viewed') AS views,
    count(*) FILTER (people.event = 'Product Added') AS carts
  FROM compared
  JOIN people
    ON people.person_id = compared.person_id
    AND people.ts < compared.triggered_at
    AND people.ts >= compared.triggered_at - 7776000000
  WHERE people.site_id = $site AND people.event IN ('Product Viewed', 'Product Added')
  GROUP BY compared.campaign_id, compared.person_id
)
SELECT
  compared.*,
  coalesce(bought.conversions, 0) AS conversions_before, coalesce(bought.minor, 0) AS minor_before,
  coalesce(looked.views, 0) AS views_before, coalesce(looked.carts, 0) AS carts_before
FROM compared
LEFT JOIN bought USING (campaign_id, person_id)
LEFT JOIN looked USING (campaign_id, person_id);
