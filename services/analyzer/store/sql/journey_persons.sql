-- Purpose:    the persons whose steps are followed.
-- Parameters: relation walkers.
-- Grain:      one row a person, in any order; `lot` is a number of its own, evenly spread, by which others know it.

SELECT person_id, hash(person_id) AS lot, first_ts FROM walkers;
