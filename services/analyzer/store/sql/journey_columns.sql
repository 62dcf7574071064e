-- Purpose:    the steps of everybody followed.
-- Parameters: $page_token (of pages without one of their own); relations journey_steps, page_tokens(c0 path, c1 token).
-- Grain:      one row a step, as they are stored: to sort them took longer than to read them. `lot` stands for the
--             person, `object` is the hash of its product or video.

WITH pages AS (
  SELECT hash(c0) AS object, CAST(c1 AS SMALLINT) AS token FROM page_tokens
)
SELECT
  hash(journey_steps.person_id) AS lot, journey_steps.turn, journey_steps.ts,
  coalesce(pages.token, journey_steps.token) AS token,
  CASE WHEN journey_steps.token = $page_token THEN CAST(0 AS UBIGINT) ELSE journey_steps.object END AS object
FROM journey_steps
LEFT JOIN pages ON pages.object = journey_steps.object AND journey_steps.token = $page_token;
