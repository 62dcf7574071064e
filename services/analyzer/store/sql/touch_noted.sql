-- Purpose:    add whose rows of a shared relation changed since a turn.
-- Parameters: {changed}: who, and at which turn; $turn; relation touched_persons.
-- Grain:      one row a person.

INSERT INTO touched_persons
SELECT person_id FROM {changed} WHERE turn > $turn AND person_id NOT IN (SELECT person_id FROM touched_persons);
