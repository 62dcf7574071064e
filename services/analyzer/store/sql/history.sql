-- Purpose:    the relation `history` of the rule language: messages with the session they belong to.
-- Parameters: the query of people's messages, which is put in below; relation loose_keys(message_id, session_key) of those
--             that do not tell their session.
-- Grain:      relation history, one row a message of a person.

CREATE OR REPLACE TEMP VIEW history AS
SELECT told.* EXCLUDE (context_session_id), coalesce(told.context_session_id, loose_keys.session_key) AS session_key
FROM ({people}) AS told
LEFT JOIN loose_keys ON loose_keys.message_id = CASE WHEN told.context_session_id IS NULL THEN told.message_id END;
