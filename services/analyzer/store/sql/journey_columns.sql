-- Purpose:    the steps of everybody followed.
-- Parameters: $page_token (of pages without one of their own); relations journey_steps, walkers,
--             page_tokens(c0 path, c1 token).
-- Grain:      one row a step, in order; `object` is the hash of its product or video.

WITH pages AS (
  SELECT hash(c0) AS object, CAST(c1 AS SMALLINT) AS token FROM page_tokens
)
SELECT
  walkers.person_no, journey_steps.turn, journey_steps.ts,
  coalesce(pages.token, journey_steps.token) AS token,
  CASE WHEN journey_steps.token = $page_token THEN CAST(0 AS UBIGINT) ELSE journey_steps.object END AS object
FROM journey_steps
JOIN walkers USING (person_id)
LEFT JOIN pages ON pages.object = journey_steps.object AND journey_steps.token = $page_token
ORDER BY walkers.person_no, journey_steps.turn;
