-- Purpose:    the messages of a time that are steps of followed persons, each with its name.
-- Parameters: $site, $from, $to, $purchase (name of a conversion); relations walkers, journey_views,
--             conversions, page_groups(c0 path, c1 name).
-- Grain:      one row a step; object_id is its product or video. A view is one step, at its first event and before
--             others of that time; a conversion is one at its own time.

CREATE OR REPLACE TEMP TABLE journey_events AS
WITH told AS (
  SELECT
    person_id, ts, message_id, session_id, channel,
    CASE
      WHEN type IN ('page', 'screen') THEN coalesce(page_groups.c1, 'page:other')
      WHEN event = 'Product Viewed' THEN 'product'
      WHEN event = 'Products Searched' THEN 'search'
      WHEN event IN ('Product List Viewed', 'Product List Filtered') THEN 'list'
      WHEN event = 'Product Added' THEN 'cart_add'
      WHEN event = 'Product Removed' THEN 'cart_remove'
      WHEN event = 'Cart Viewed' THEN 'cart'
      WHEN event IN ('Checkout Started', 'Checkout Step Viewed', 'Checkout Step Completed', 'Payment Info Entered')
        THEN 'checkout'
      WHEN event = 'Prompt Shown' THEN 'prompt_shown'
      WHEN event = 'Prompt Clicked' THEN 'prompt_clicked'
      WHEN event = 'Prompt Dismissed' THEN 'prompt_dismissed'
      WHEN event = 'Prompt Answered' THEN 'prompt_answered'
      WHEN event = 'Store Visited' THEN 'store'
      ELSE 'event:' || event
    END AS name,
    CASE WHEN event = 'Product Viewed' THEN product_id END AS object_id
  FROM people
  LEFT JOIN page_groups ON page_groups.c0 = people.page_path
  WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IS NOT NULL
    AND type IN ('page', 'screen', 'track')
    AND NOT starts_with(event, 'Video ')
    AND person_id IN (SELECT person_id FROM walkers)
    AND event NOT IN ('Order Completed', 'Order Refunded', 'Prompt Withheld', 'Score Threshold Crossed')
),
named AS (
  SELECT * FROM told
  UNION ALL
  SELECT person_id, t0, chr(1) || any_id, session_id, channel, 'video', video_id
  FROM journey_views
  WHERE t0 >= $from AND t0 < $to
  UNION ALL
  SELECT person_id, ts, message_id, NULL, NULL, $purchase, NULL
  FROM conversions
  WHERE ts >= $from AND ts < $to
)
SELECT walkers.person_no, named.* EXCLUDE (person_id)
FROM named
JOIN walkers USING (person_id);
