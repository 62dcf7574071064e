-- Purpose:    how much of each kind of step belongs to a conversion of the same person.
-- Parameters: relations journey_steps, step_names(c0 name, c1 token), walkers, conversions.
-- Grain:      one row a token: the share within a minute of a conversion, and the share that one follows within half an
--             hour.

WITH bought AS (
  SELECT walkers.person_no, conversions.ts FROM conversions JOIN walkers USING (person_id)
),
near AS (
  SELECT
    journey_steps.token, journey_steps.person_no, journey_steps.turn,
    bool_or(abs(bought.ts - journey_steps.ts) <= 60000) AS is_near,
    bool_or(bought.ts >= journey_steps.ts) AS leads
  FROM journey_steps
  JOIN bought
    ON bought.person_no = journey_steps.person_no
    AND bought.ts >= journey_steps.ts - 60000
    AND bought.ts <= journey_steps.ts + 1800000
  GROUP BY ALL
),
counted AS (
  SELECT token, count(*) FILTER (is_near) AS near_times, count(*) FILTER (leads) AS leading_times
  FROM near
  GROUP BY token
),
everywhere AS (
  SELECT token, count(*) AS times FROM journey_steps GROUP BY token
)
SELECT
  everywhere.token, coalesce(near_times, 0) / everywhere.times AS near_share,
  coalesce(leading_times, 0) / everywhere.times AS leading_share
FROM everywhere
LEFT JOIN counted USING (token)
ORDER BY everywhere.token;
