-- Purpose:    the steps of every person in order, numbered, with the visit they belong to.
-- Parameters: relations journey_events, step_names(c0 name, c1 token).
-- Grain:      one row a step; `object` is the hash of its product or video. A name without a token is
--             none. A visit goes on while the session id stays, or within 30 minutes of the person's previous step; its
--             first step is preceded by one for the channel it came by. A page whose own event (product, cart, list,
--             search, video) follows within a second is that event.

CREATE OR REPLACE TEMP TABLE journey_steps AS
WITH tokens AS (
  SELECT c0 AS name, CAST(c1 AS SMALLINT) AS token FROM step_names
),
bounded AS (
  SELECT
    journey_events.*,
    CASE
      WHEN session_id IS NOT NULL THEN session_id
      WHEN ts - lag(ts) OVER person_order < 1800000 THEN NULL
      ELSE '~' || message_id
    END AS boundary_key,
    starts_with(name, 'page:')
      AND coalesce(lead(ts) OVER person_order - ts <= 1000, false)
      AND coalesce(lead(name) OVER person_order IN ('product', 'cart', 'list', 'search', 'video'), false) AS is_frame
  FROM journey_events
  WINDOW person_order AS (PARTITION BY person_no ORDER BY ts, message_id)
),
kept AS (
  SELECT
    bounded.* EXCLUDE (name), tokens.token,
    last_value(boundary_key IGNORE NULLS) OVER (
      PARTITION BY person_no ORDER BY ts, message_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS visit_key
  FROM bounded
  JOIN tokens USING (name)
),
numbered AS (
  SELECT
    *,
    2 * row_number() OVER person_order AS turn,
    visit_key IS DISTINCT FROM lag(visit_key) OVER person_order AS opens
  FROM kept
  WINDOW person_order AS (PARTITION BY person_no ORDER BY ts, message_id)
),
placed AS (
  SELECT
    *,
    last_value(CASE WHEN opens THEN turn END IGNORE NULLS) OVER (
      PARTITION BY person_no ORDER BY turn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS visit_turn
  FROM numbered
),
lean AS (
  SELECT
    CAST(person_no AS INTEGER) AS person_no, CAST(turn AS INTEGER) AS turn, ts, token, channel, opens, is_frame,
    CAST((turn - visit_turn) // 2 AS INTEGER) AS visit_step,
    CASE WHEN object_id IS NOT NULL THEN hash(object_id) ELSE 0 END AS object
  FROM placed
)
SELECT person_no, turn, ts, token, visit_step, object
FROM lean
WHERE NOT is_frame
UNION ALL
SELECT person_no, turn - 1, ts, tokens.token, 0, 0
FROM lean
JOIN tokens ON tokens.name = 'channel:' || coalesce(channel, 'direct')
WHERE opens;
