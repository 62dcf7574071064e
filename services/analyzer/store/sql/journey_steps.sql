-- Purpose:    the steps of every followed person in order, numbered.
-- Parameters: relations journey_events, followed_numbers, step_tokens(c0 name, c1 token).
-- Grain:      one row a step, nearly all of a person's together and in order; `object` is the hash of its product, video or
--             path. A visit goes on while the session id stays, or, where none is told, for 30 minutes without a step; its
--             first step is preceded by one for the channel it came by. A page whose own event (product, cart, list,
--             search, video) follows within a second is that event.

CREATE OR REPLACE TEMP TABLE journey_steps AS
WITH ordered AS (
  SELECT
    person_no, ts, token, object, channel,
    CAST(2 * row_number() OVER person_order AS INTEGER) AS turn,
    CASE
      WHEN session_id IS NOT NULL AND lag(session_id) OVER person_order IS NOT NULL
        THEN session_id <> lag(session_id) OVER person_order
      ELSE coalesce(ts - lag(ts) OVER person_order >= 1800000, true)
    END AS opens,
    name = 'page:other'
      AND coalesce(lead(ts) OVER person_order - ts <= 1000, false)
      AND coalesce(lead(name) OVER person_order IN ('product', 'cart', 'list', 'search', 'video'), false) AS is_frame
  FROM journey_events
  WINDOW person_order AS (PARTITION BY person_no ORDER BY ts, message_id)
),
steps AS (
  SELECT *, unnest(if(opens, [true], []) || if(is_frame, [], [false])) AS is_channel
  FROM ordered
)
SELECT
  followed_numbers.person_id,
  if(is_channel, turn - 1, turn) AS turn,
  steps.ts,
  if(is_channel, CAST(step_tokens.c1 AS SMALLINT), token) AS token,
  if(is_channel, CAST(0 AS UBIGINT), object) AS object
FROM steps
JOIN followed_numbers USING (person_no)
LEFT JOIN step_tokens ON is_channel AND step_tokens.c0 = 'channel:' || coalesce(channel, 'direct')
WHERE NOT is_channel OR step_tokens.c1 IS NOT NULL;
