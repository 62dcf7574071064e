-- Purpose:    add whose rows of a relation are not those that were kept.
-- Parameters: {fresh}: the relation as it is now; {kept}: as it was; relation touched_persons.
-- Grain:      one row a person. Rows are counted against each other in one pass: EXCEPT ALL both ways takes six times as
--             long.

INSERT INTO touched_persons
WITH counted AS (
  SELECT *, 1 AS surplus FROM {fresh}
  UNION ALL
  SELECT *, -1 FROM {kept}
),
changed AS (
  SELECT COLUMNS(* EXCLUDE (surplus)) FROM counted GROUP BY ALL HAVING sum(surplus) <> 0
)
SELECT DISTINCT person_id
FROM changed
WHERE person_id IS NOT NULL AND person_id NOT IN (SELECT person_id FROM touched_persons);
