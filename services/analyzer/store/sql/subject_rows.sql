-- Purpose:    the persons that are compared.
-- Parameters: relation subjects.
-- Grain:      one row a person, by place.

SELECT place, person_id, t0, treated FROM subjects ORDER BY place;
