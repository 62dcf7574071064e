-- Purpose:    how much of each kind of step lies within a minute of a conversion of the same person.
-- Parameters: relations journey_steps, step_names(c0 name, c1 token), walkers, conversions.
-- Grain:      one row a token.

WITH bought AS (
  SELECT walkers.person_no, conversions.ts FROM conversions JOIN walkers USING (person_id)
),
near AS (
  SELECT journey_steps.token, count(DISTINCT (journey_steps.person_no, journey_steps.turn)) AS times
  FROM journey_steps
  JOIN bought ON bought.person_no = journey_steps.person_no AND abs(bought.ts - journey_steps.ts) <= 60000
  GROUP BY journey_steps.token
),
everywhere AS (
  SELECT token, count(*) AS times FROM journey_steps GROUP BY token
)
SELECT everywhere.token, coalesce(near.times, 0) / everywhere.times AS share
FROM everywhere
LEFT JOIN near USING (token)
ORDER BY everywhere.token;
