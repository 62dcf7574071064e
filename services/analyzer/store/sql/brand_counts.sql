-- Purpose:    how many people dealt with each brand.
-- Parameters: relation brand_people(person_id, brand).
-- Grain:      one row a brand.

SELECT brand, count(*) FROM brand_people GROUP BY brand ORDER BY brand;
