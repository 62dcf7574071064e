-- Purpose:    the stage of each customer, as a group of a question.
-- Parameters: relations customers, numbered(place, told).
-- Grain:      relation staged, one row a customer.

CREATE OR REPLACE TEMP TABLE staged AS
SELECT customers.person_id, numbered.told
FROM numbered
JOIN customers ON customers.place = numbered.place;
