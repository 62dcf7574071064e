-- Purpose:    numbers for stores and for those who visited one, in place of their names.
-- Parameters: none; relations store_visits, store_purchases.
-- Grain:      relations store_codes, one row a store ('' stands for none named), and store_visitors, one row a person.

CREATE OR REPLACE TEMP TABLE store_codes AS
SELECT row_number() OVER (ORDER BY store_id) - 1 AS code, store_id
FROM (
  SELECT store_id FROM store_visits
  UNION
  SELECT store_id FROM store_purchases WHERE store_id IS NOT NULL
);

CREATE OR REPLACE TEMP TABLE store_visitors AS
SELECT row_number() OVER (ORDER BY person_id) - 1 AS place, person_id
FROM (SELECT DISTINCT person_id FROM store_visits);
