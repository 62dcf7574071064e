-- Purpose:    the sums of each campaign and month, those who got the prompt and those from whom it was withheld.
-- Parameters: relations lift_persons, months(place, start_at).
-- Grain:      relation lift_cells, one row a campaign and month of the site; values in minor units.

CREATE OR REPLACE TEMP TABLE lift_cells AS
SELECT
  lift_persons.campaign_id, months.place,
  count(*) FILTER (served) AS served, count(*) FILTER (served AND converted) AS served_converted,
  CAST(coalesce(sum(minor) FILTER (served), 0) AS DOUBLE) AS served_minor,
  coalesce(sum(CAST(minor AS DOUBLE) * minor) FILTER (served), 0) AS served_squares,
  count(*) FILTER (NOT served) AS withheld, count(*) FILTER (NOT served AND converted) AS withheld_converted,
  CAST(coalesce(sum(minor) FILTER (NOT served), 0) AS DOUBLE) AS withheld_minor,
  coalesce(sum(CAST(minor AS DOUBLE) * minor) FILTER (NOT served), 0) AS withheld_squares
FROM lift_persons
ASOF JOIN months ON lift_persons.triggered_at >= months.start_at
GROUP BY lift_persons.campaign_id, months.place;
