-- Purpose:    the steps near a conversion of the same person.
-- Parameters: relations journey_steps, conversions.
-- Grain:      one row a step that lies within a minute of one (`is_near`), or that one follows within half an hour (`leads`).

CREATE OR REPLACE TEMP TABLE journey_near AS
SELECT
  journey_steps.person_id, journey_steps.turn, journey_steps.token, journey_steps.object,
  bool_or(abs(conversions.ts - journey_steps.ts) <= 60000) AS is_near,
  bool_or(conversions.ts >= journey_steps.ts) AS leads
FROM journey_steps
JOIN conversions
  ON conversions.person_id = journey_steps.person_id
  AND conversions.ts >= journey_steps.ts - 60000
  AND conversions.ts <= journey_steps.ts + 1800000
GROUP BY journey_steps.person_id, journey_steps.turn, journey_steps.token, journey_steps.object;
