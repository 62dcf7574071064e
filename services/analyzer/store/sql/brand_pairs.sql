-- Purpose:    how many people dealt with both brands of a pair.
-- Parameters: $least; relation brand_people(person_id, brand).
-- Grain:      one row a pair, named once, of at least so many people.

SELECT one.brand, other.brand, count(*) AS persons
FROM brand_people AS one
JOIN brand_people AS other ON other.person_id = one.person_id AND one.brand < other.brand
GROUP BY one.brand, other.brand
HAVING count(*) >= $least
ORDER BY one.brand, other.brand;
