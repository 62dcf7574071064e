-- Purpose: every person with the newest and the first session.
-- Relation in: history. Parameters: none. Grain: one row a person.
SELECT
    person_id,
    bool_or(is_user) AS is_user,
    max(ts) AS last_ts,
    count(DISTINCT session_key) AS sessions,
    arg_max(session_key, (ts, message_id)) AS last_session_key,
    arg_min(session_key, (ts, message_id)) AS first_session_key
FROM history
GROUP BY person_id
