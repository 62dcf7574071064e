-- Purpose:    what people did in the community, ever.
-- Parameters: $site, $to, $events (the operator's own events that count beside the contract's four).
-- Grain:      relation community_acts, one row an act. own_id: under which others answer it; answers: what it answers.
--             A reply names what it answers by parent_id, or by post_id when it has no parent_id.

CREATE OR REPLACE TEMP TABLE community_acts AS
WITH acted AS (
  SELECT
    person_id, ts, message_id, event, product_id,
    nullif(json_extract_string(properties, '$.post_id'), '') AS post_id,
    nullif(json_extract_string(properties, '$.reply_id'), '') AS reply_id,
    nullif(json_extract_string(properties, '$.parent_id'), '') AS parent_id,
    nullif(json_extract_string(properties, '$.topic'), '') AS topic
  FROM people
  WHERE
    site_id = $site AND person_id IS NOT NULL AND ts < $to AND type = 'track'
    AND (
      event IN ('Community Joined', 'Community Posted', 'Community Replied', 'Community Liked')
      OR list_contains($events, event)
    )
)
SELECT
  person_id, ts, message_id, event, topic, product_id,
  CASE event
    WHEN 'Community Posted' THEN post_id
    WHEN 'Community Replied' THEN coalesce(reply_id, CASE WHEN post_id <> parent_id THEN post_id END)
  END AS own_id,
  CASE WHEN event = 'Community Replied' THEN coalesce(parent_id, post_id) END AS answers
FROM acted;
