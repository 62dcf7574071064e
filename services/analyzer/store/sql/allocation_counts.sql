-- Purpose:    persons who were shown one variant, by context, by how old their trigger is and when they converted.
-- Parameters: $now, $window_ms, $bins; relation allocation_shown.
-- Grain:      one row a campaign, variant, context, bin of age and bin of conversion (NULL: not converted). Bin k of
--             $bins begins at (k / $bins)^2 of the window; $bins itself: the window is over.

WITH aged AS (
  SELECT *, least($now - triggered_at, $window_ms) AS age FROM allocation_shown
)
SELECT
  campaign_id, arm, device, is_first, channel, hour,
  CASE WHEN age >= $window_ms THEN $bins ELSE CAST(floor($bins * sqrt(greatest(age, 0) / $window_ms)) AS INTEGER) END
    AS age_bin,
  CASE WHEN delay IS NOT NULL THEN CAST(least($bins - 1, floor($bins * sqrt(delay / $window_ms))) AS INTEGER) END
    AS conversion_bin,
  count(*) AS persons
FROM aged
GROUP BY ALL
ORDER BY ALL;
