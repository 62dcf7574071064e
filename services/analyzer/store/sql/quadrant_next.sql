-- Purpose:    where those who clicked went next.
-- Parameters: relation quadrant_steps.
-- Grain:      one row a campaign, quadrant and step, the most frequent first.

SELECT campaign_id, quadrant, step, count(*) AS persons
FROM quadrant_steps
GROUP BY campaign_id, quadrant, step
ORDER BY campaign_id, quadrant, persons DESC, step;
