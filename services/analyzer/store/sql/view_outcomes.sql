-- Purpose:    each chosen view with the first conversion in its window.
-- Parameters: $window_ms; relations views, conversions.
-- Grain:      one row a view; converted_at is NULL without a conversion in (t0, t0 + window].

SELECT
  views.place, views.number, views.t0, views.by_prompt, min(conversions.ts) AS converted_at
FROM views
LEFT JOIN conversions
  ON conversions.person_id = views.person_id
  AND conversions.ts > views.t0
  AND conversions.ts <= views.t0 + $window_ms
GROUP BY views.place, views.number, views.t0, views.by_prompt
ORDER BY views.place;
