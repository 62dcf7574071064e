-- Purpose:    the brands that most people dealt with, and by whom; who dealt with very many says nothing of likeness.
-- Parameters: $most_brands, $most_of_one; relations brand_acts(person_id, brand, product), imported(c0 product, c1 brand).
-- Grain:      one row a person and brand.

CREATE OR REPLACE TEMP TABLE brand_people AS
WITH named AS (
  SELECT DISTINCT person_id, coalesce(brand, c1) AS brand
  FROM brand_acts
  LEFT JOIN imported ON c0 = product
  WHERE coalesce(brand, c1) IS NOT NULL
),
known AS (
  SELECT brand FROM named GROUP BY brand ORDER BY count(*) DESC, brand LIMIT $most_brands
)
SELECT person_id, brand
FROM named
SEMI JOIN known USING (brand)
QUALIFY count(*) OVER (PARTITION BY person_id) <= $most_of_one;
