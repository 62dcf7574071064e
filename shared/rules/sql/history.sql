-- Purpose: gives every message of a person the key of its session.
-- Relation in: person_events (the columns of history without session_key, but with context_session_id).
-- Parameters: none. Grain: one row a distinct message.
-- A key is the message's own session id; else, within 30 minutes of the person's previous message, that one's key;
-- else a new key made of the message id.
WITH bounded AS (
    SELECT
        *,
        CASE
            WHEN context_session_id IS NOT NULL THEN context_session_id
            WHEN ts - lag(ts) OVER person_order < 1800000 THEN NULL
            ELSE '~' || message_id
        END AS boundary_key
    FROM person_events
    WINDOW person_order AS (PARTITION BY person_id ORDER BY ts, message_id)
)
SELECT
    * EXCLUDE (context_session_id, boundary_key),
    last_value(boundary_key IGNORE NULLS) OVER (
        PARTITION BY person_id ORDER BY ts, message_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS session_key
FROM bounded
