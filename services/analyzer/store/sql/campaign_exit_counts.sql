-- Purpose:    who left after a prompt was due, by arm.
-- Parameters: $now, $visit_ms (half an hour); relation campaign_exits.
-- Grain:      one row a campaign and arm: its persons whose half an hour is over; those of them that saw no further
--             page; those that were gone soon.

SELECT campaign_id, arm, count(*) AS persons, count(*) FILTER (left_page), count(*) FILTER (left_soon)
FROM campaign_exits
WHERE triggered_at + $visit_ms <= $now
GROUP BY campaign_id, arm
ORDER BY campaign_id, arm;
