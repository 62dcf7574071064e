-- Purpose:    the prompts of campaigns for buyers that came, or were withheld, after the purchase.
-- Parameters: $site, $campaigns (ids), $from, $until, $days_ms (from the purchase on); relation buyers.
-- Grain:      relation buyer_prompts, one row a campaign and buyer: the first time that each happened, NULL for never.

CREATE OR REPLACE TEMP TABLE buyer_prompts AS
SELECT
  people.campaign_id, buyers.person_id,
  min(people.ts) FILTER (people.event = 'Prompt Shown') AS shown_at,
  min(people.ts) FILTER (people.event = 'Prompt Withheld') AS withheld_at
FROM people
JOIN buyers
  ON buyers.person_id = people.person_id
  AND people.ts > buyers.bought_at AND people.ts <= buyers.bought_at + $days_ms
WHERE people.site_id = $site AND people.event IN ('Prompt Shown', 'Prompt Withheld')
  AND people.campaign_id IN (SELECT unnest($campaigns)) AND people.ts >= $from AND people.ts < $until
GROUP BY people.campaign_id, buyers.person_id;
