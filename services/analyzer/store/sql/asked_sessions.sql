-- Purpose:    what tells of each session: the earliest message of it that does.
-- Parameters: relation keyed; {told}: the column.
-- Grain:      one row a session.

SELECT person_id, session_key, arg_min({told}, (ts, message_id)) FILTER ({told} IS NOT NULL) AS told
FROM keyed
GROUP BY person_id, session_key
