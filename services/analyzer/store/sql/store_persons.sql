-- Purpose:    who the visitors at some places are.
-- Parameters: $places; relation store_visitors.
-- Grain:      one row a person.

SELECT place, person_id FROM store_visitors WHERE place IN (SELECT unnest($places)) ORDER BY place;
