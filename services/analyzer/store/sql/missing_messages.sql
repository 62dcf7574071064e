-- Purpose:    add the messages of those persons.
-- Parameters: $site; relations missing_persons, kept.messages.
-- Grain:      one row a message.

INSERT INTO kept.messages
SELECT * FROM people WHERE site_id = $site AND person_id IN (SELECT person_id FROM missing_persons);
