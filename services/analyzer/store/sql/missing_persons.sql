-- Purpose:    touched persons whose messages nobody has looked for yet.
-- Parameters: relations touched_persons, kept.message_persons.
-- Grain:      relation missing_persons, one row a person.

CREATE OR REPLACE TEMP TABLE missing_persons AS
SELECT person_id FROM touched_persons WHERE person_id NOT IN (SELECT person_id FROM kept.message_persons);
