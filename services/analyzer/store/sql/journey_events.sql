-- Purpose:    the messages of a time that are steps of followed persons, each with its token.
-- Parameters: $site, $from, $to, $purchase (name of a conversion); relations followed_numbers, journey_views,
--             conversions, step_events(c0 event, c1 name), step_tokens(c0 name, c1 token).
-- Grain:      one row a step; `object` is the hash of its product, video or path. A name without a token is no step. A
--             view is one step, at its first event and before others of that time; a conversion is one at its own time.

CREATE OR REPLACE TEMP TABLE journey_events AS
WITH told AS (
  SELECT
    person_id, ts, message_id, session_id, channel,
    CASE
      WHEN type IN ('page', 'screen') THEN 'page:other'
      ELSE coalesce(step_events.c1, 'event:' || event)
    END AS name,
    CASE WHEN type IN ('page', 'screen') THEN page_path WHEN event = 'Product Viewed' THEN product_id END AS object_id
  FROM people
  LEFT JOIN step_events ON step_events.c0 = people.event
  WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IS NOT NULL
    AND type IN ('page', 'screen', 'track')
    AND NOT starts_with(event, 'Video ')
    AND person_id IN (SELECT person_id FROM followed_numbers)
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
SELECT
  followed_numbers.person_no, named.ts, named.message_id, named.session_id, named.channel, named.name,
  CAST(step_tokens.c1 AS SMALLINT) AS token,
  CASE WHEN object_id IS NOT NULL THEN hash(object_id) ELSE CAST(0 AS UBIGINT) END AS object
FROM named
JOIN followed_numbers USING (person_id)
JOIN step_tokens ON step_tokens.c0 = named.name;
