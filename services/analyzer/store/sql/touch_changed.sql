-- Purpose:    add whose rows of a relation are not those that were kept.
-- Parameters: {fresh}: the relation as it is now; {kept}: as it was; relation touched_persons.
-- Grain:      one row a person.

INSERT INTO touched_persons
SELECT DISTINCT person_id
FROM (
  (SELECT * FROM {fresh} EXCEPT ALL SELECT * FROM {kept})
  UNION ALL
  (SELECT * FROM {kept} EXCEPT ALL SELECT * FROM {fresh})
)
WHERE person_id IS NOT NULL AND person_id NOT IN (SELECT person_id FROM touched_persons);
