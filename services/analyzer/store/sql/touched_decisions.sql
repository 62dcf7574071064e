-- Purpose:    the decisions about touched persons, under whatever id they were made.
-- Parameters: {decisions}: the table of all; relation ids_of_persons.
-- Grain:      one row a decision; some of others who share an id with a touched person. A view: few builds read them.

CREATE TEMP VIEW decisions AS
SELECT *
FROM {decisions}
WHERE anonymous_id IN (SELECT id FROM ids_of_persons) OR user_id IN (SELECT id FROM ids_of_persons);
