-- Purpose:    the relation `history` of the rule language: messages with the session they belong to.
-- Parameters: relations gathered, session_keys(place, session_key); both are dropped.
-- Grain:      one row a message of a person.

CREATE OR REPLACE TEMP TABLE keyed_history AS
SELECT gathered.* EXCLUDE (place, context_session_id), session_keys.session_key
FROM gathered
JOIN session_keys USING (place);
DROP TABLE gathered;
DROP TABLE session_keys;
CREATE OR REPLACE TEMP VIEW history AS SELECT * FROM keyed_history;
