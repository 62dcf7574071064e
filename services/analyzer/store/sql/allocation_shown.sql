-- Purpose:    persons who were shown one variant, when, and when they converted.
-- Parameters: $window_ms; relations campaign_persons, conversions, allocation_contexts.
-- Grain:      relation allocation_shown, one row a campaign and person. delay: from the trigger to the first conversion
--             within the window; NULL: not converted.

CREATE OR REPLACE TEMP TABLE allocation_shown AS
WITH shown AS (
  SELECT campaign_id, person_id, arm, triggered_at
  FROM campaign_persons
  WHERE triggered AND arms = 1 AND arm <> 'holdout'
),
converted AS (
  SELECT shown.campaign_id, shown.person_id, min(conversions.ts) - any_value(shown.triggered_at) AS delay
  FROM shown
  JOIN conversions
    ON conversions.person_id = shown.person_id
    AND conversions.ts > shown.triggered_at
    AND conversions.ts <= shown.triggered_at + $window_ms
  GROUP BY shown.campaign_id, shown.person_id
)
SELECT campaign_id, person_id, arm, triggered_at, delay, device, is_first, channel, hour
FROM shown
LEFT JOIN converted USING (campaign_id, person_id)
LEFT JOIN allocation_contexts USING (campaign_id, person_id, arm);
