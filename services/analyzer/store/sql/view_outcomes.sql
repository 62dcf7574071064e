-- Purpose:    the first conversion in the window of each chosen view.
-- Parameters: $window_ms; relations chosen_views, conversions.
-- Grain:      one row a view with a conversion in (t0, t0 + window].

SELECT chosen_views.view, min(conversions.ts) AS converted_at
FROM chosen_views
JOIN conversions
  ON conversions.person_id = chosen_views.person_id
  AND conversions.ts > chosen_views.t0
  AND conversions.ts <= chosen_views.t0 + $window_ms
GROUP BY chosen_views.view;
