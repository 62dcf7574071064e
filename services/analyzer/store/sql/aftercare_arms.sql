-- Purpose:    what became of buyers that a campaign's prompt came to, and of those from whom it was withheld by lot.
-- Parameters: $back_ms, $again_ms (from the prompt on), $days_ms (from the purchase on), $now; relations buyers,
--             buyer_prompts, buyer_visits, engaged_views, conversions.
-- Grain:      one row a campaign and arm: shown, withheld, or both (set aside).

WITH arms AS (
  SELECT
    campaign_id, person_id, least(shown_at, withheld_at) AS due_at,
    CASE WHEN withheld_at IS NULL THEN 'shown' WHEN shown_at IS NULL THEN 'withheld' ELSE 'both' END AS arm
  FROM buyer_prompts
),
watched AS (
  SELECT DISTINCT campaign_id, person_id
  FROM arms
  JOIN buyers USING (person_id)
  JOIN engaged_views ON engaged_views.person_id = buyers.person_id
  WHERE engaged_at > due_at AND engaged_at <= bought_at + $days_ms
),
back AS (
  SELECT DISTINCT campaign_id, person_id
  FROM arms
  JOIN buyer_visits USING (person_id)
  WHERE start_at > due_at AND start_at <= due_at + $back_ms
),
won AS (
  SELECT DISTINCT campaign_id, person_id
  FROM arms
  JOIN buyers USING (person_id)
  JOIN conversions ON conversions.person_id = buyers.person_id
  WHERE conversions.ts > due_at AND conversions.ts <= due_at + $again_ms
)
SELECT
  arms.campaign_id, arm, count(*) AS persons, count(watched.person_id) AS watched, count(back.person_id) AS came_back,
  count(won.person_id) AS bought_again,
  count(*) FILTER (back.person_id IS NULL AND due_at + $back_ms > $now) AS back_open,
  count(*) FILTER (won.person_id IS NULL AND due_at + $again_ms > $now) AS again_open
FROM arms
LEFT JOIN watched USING (campaign_id, person_id)
LEFT JOIN back USING (campaign_id, person_id)
LEFT JOIN won USING (campaign_id, person_id)
GROUP BY arms.campaign_id, arm
ORDER BY arms.campaign_id, arm;
