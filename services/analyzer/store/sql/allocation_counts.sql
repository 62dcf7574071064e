-- Purpose:    persons who were shown one variant, by context, by how old their trigger is and when they converted.
-- Parameters: $now, $window_ms, $bins; relations campaign_persons, conversions, allocation_contexts.
-- Grain:      one row a campaign, variant, context, bin of age and bin of conversion (NULL: not converted). Bin k of
--             $bins begins at (k / $bins)^2 of the window; $bins itself: the window is over.

WITH shown AS (
  SELECT campaign_id, person_id, arm, triggered_at, least($now - triggered_at, $window_ms) AS age
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
SELECT
  campaign_id, arm, device, is_first, channel, hour,
  CASE WHEN age >= $window_ms THEN $bins ELSE CAST(floor($bins * sqrt(greatest(age, 0) / $window_ms)) AS INTEGER) END
    AS age_bin,
  CASE WHEN delay IS NOT NULL THEN CAST(least($bins - 1, floor($bins * sqrt(delay / $window_ms))) AS INTEGER) END
    AS conversion_bin,
  count(*) AS persons
FROM shown
LEFT JOIN converted USING (campaign_id, person_id)
LEFT JOIN allocation_contexts USING (campaign_id, person_id, arm)
GROUP BY ALL
ORDER BY ALL;
