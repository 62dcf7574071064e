-- Purpose:    who did what, when first, and how often before and after converting.
-- Parameters: relations acts, factor_early.
-- Grain:      relation factor_done, one row a person and behaviour.

CREATE OR REPLACE TEMP TABLE factor_done AS
SELECT
  acts.person_id, acts.behaviour, min(acts.ts) AS first_ts,
  count(*) FILTER (acts.ts > factor_early.first_at) AS after_converting,
  count(*) FILTER (acts.ts <= factor_early.first_at) AS before_converting
FROM acts
JOIN factor_early ON factor_early.person_id = acts.person_id
GROUP BY acts.person_id, acts.behaviour;
