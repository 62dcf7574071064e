-- Purpose:    since when each customer is known.
-- Parameters: none; relation customers.
-- Grain:      one row a customer, by place.

SELECT known_at FROM customers ORDER BY place;
