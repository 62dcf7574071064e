-- Purpose:    the persons of the comparison.
-- Parameters: relation factor_persons.
-- Grain:      one row a person, by place.

SELECT * FROM factor_persons ORDER BY place;
