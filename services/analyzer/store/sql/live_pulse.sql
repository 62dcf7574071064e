-- Purpose:    how much came in over the last minutes, for the console's live page.
-- Parameters: $site; $from (ms, inclusive); $step (ms).
-- Grain:      one row a step in which anything came in.
SELECT (received_at - $from) // $step AS step, count(*) AS messages, count(DISTINCT coalesce(anonymous_id, user_id)) AS visitors
FROM events
WHERE site_id = $site AND received_at >= $from
GROUP BY step
ORDER BY step
