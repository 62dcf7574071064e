-- Purpose:    how much of each kind of step belongs to a conversion of the same person.
-- Parameters: $page_token (of pages without one of their own); relations journey_steps, journey_near,
--             page_tokens(c0 path, c1 token).
-- Grain:      one row a token: the share within a minute of a conversion, and the share that one follows within half an
--             hour.

WITH pages AS (
  SELECT hash(c0) AS object, CAST(c1 AS SMALLINT) AS token FROM page_tokens
),
counted AS (
  SELECT
    token, if(token = $page_token, object, 0) AS object, count(*) AS times, 0 AS near_times, 0 AS leading_times
  FROM journey_steps
  GROUP BY 1, 2
  UNION ALL
  SELECT token, if(token = $page_token, object, 0), 0, count(*) FILTER (is_near), count(*) FILTER (leads)
  FROM journey_near
  GROUP BY 1, 2
)
SELECT
  CASE WHEN counted.token = $page_token THEN coalesce(pages.token, counted.token) ELSE counted.token END AS step_token,
  sum(near_times) / sum(times) AS near_share,
  sum(leading_times) / sum(times) AS leading_share
FROM counted
LEFT JOIN pages ON pages.object = counted.object AND counted.token = $page_token
GROUP BY step_token
ORDER BY step_token;
