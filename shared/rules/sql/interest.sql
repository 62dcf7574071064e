-- Purpose: product views in one category, halving in weight every 14 days.
-- Relation in: history. Parameters: {now}, {category}. Grain: one row a person who viewed one.
SELECT person_id, floor(sum(pow(2.0, -(({now} - ts) / 1209600000.0))) * 1e9 + 0.5) / 1e9 AS weight
FROM history
WHERE event = 'Product Viewed' AND product_category = {category}
GROUP BY person_id
