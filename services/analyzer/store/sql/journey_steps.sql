-- Purpose:    the steps of every followed person in order, numbered.
-- Parameters: relations journey_events, step_names(c0 name, c1 token).
-- Grain:      one row a step; `object` is the hash of its product or video. A name without a token is none. A visit goes
--             on while the session id stays, or, where none is told, for 30 minutes without a step; its first step is
--             preceded by one for the channel it came by. A page whose own event (product, cart, list, search, video)
--             follows within a second is that event.

CREATE OR REPLACE TEMP TABLE journey_steps AS
WITH tokens AS (
  SELECT c0 AS name, CAST(c1 AS SMALLINT) AS token FROM step_names
),
told AS (
  SELECT
    person_no, ts, message_id, session_id, channel, tokens.token, starts_with(name, 'page:') AS is_page,
    name IN ('product', 'cart', 'list', 'search', 'video') AS has_page,
    CASE WHEN object_id IS NOT NULL THEN hash(object_id) ELSE CAST(0 AS UBIGINT) END AS object
  FROM journey_events
  JOIN tokens USING (name)
),
ordered AS (
  SELECT
    person_no, ts, token, object, channel,
    CAST(2 * row_number() OVER person_order AS INTEGER) AS turn,
    CASE
      WHEN session_id IS NOT NULL AND lag(session_id) OVER person_order IS NOT NULL
        THEN session_id <> lag(session_id) OVER person_order
      ELSE coalesce(ts - lag(ts) OVER person_order >= 1800000, true)
    END AS opens,
    is_page
      AND coalesce(lead(ts) OVER person_order - ts <= 1000, false)
      AND coalesce(lead(has_page) OVER person_order, false) AS is_frame
  FROM told
  WINDOW person_order AS (PARTITION BY person_no ORDER BY ts, message_id)
)
SELECT person_no, turn, ts, token, object
FROM ordered
WHERE NOT is_frame
UNION ALL
SELECT person_no, turn - 1, ts, tokens.token, CAST(0 AS UBIGINT)
FROM ordered
JOIN tokens ON tokens.name = 'channel:' || coalesce(channel, 'direct')
WHERE opens;
