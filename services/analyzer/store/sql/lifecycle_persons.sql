-- Purpose:    who the customers at some places are.
-- Parameters: $places; relation customers.
-- Grain:      one row a customer.

SELECT place, person_id FROM customers WHERE place IN (SELECT unnest($places)) ORDER BY place;
