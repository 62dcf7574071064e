-- Purpose:    the persons whose steps are followed, by number.
-- Parameters: relation walkers.
-- Grain:      one row a person; `lot` is a number of its own, evenly spread.

SELECT person_id, hash(person_id) AS lot, first_ts FROM walkers ORDER BY person_no;
