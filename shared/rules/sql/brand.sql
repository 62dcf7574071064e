-- Purpose: decayed points of acts with one brand, and part of those with brands like it.
-- Relations in: history, order_lines. Parameters: {now}, {events}, {points} (an expression of event), {bought} (points
-- of an order), {factor} (an expression of brand: what a point is worth, NULL for nothing), {brand_of} (JSON: pairs of
-- product and brand). Grain: one row a person with an act that counts.
WITH acts AS (
    SELECT person_id, ts, {points} AS points, {brand} AS brand, coalesce(product_id, {product}) AS product
    FROM (SELECT *, {told} AS told FROM (SELECT *, properties AS line FROM history WHERE event IN ({events})))
),
named AS (
    SELECT person_id, ts, message_id, {brand} AS brand, {product} AS product
    FROM (SELECT *, {told} AS told FROM order_lines)
),
bought AS (
    SELECT DISTINCT person_id, ts, message_id, brand, CASE WHEN brand IS NULL THEN product END AS product FROM named
),
imported AS (
    SELECT pair[1] AS product, pair[2] AS own_brand
    FROM (SELECT unnest(from_json({brand_of}, '[["VARCHAR"]]')) AS pair)
),
counted AS (
    SELECT person_id, ts, points, brand, product FROM acts
    UNION ALL
    SELECT person_id, ts, {bought} AS points, brand, product FROM bought
),
branded AS (
    SELECT person_id, ts, points, coalesce(brand, own_brand) AS brand
    FROM counted
    LEFT JOIN imported USING (product)
),
worth AS (
    SELECT person_id, ts, points * {factor} AS points FROM branded
)
SELECT person_id, floor(sum(points * pow(2.0, -(({now} - ts) / 1209600000.0))) * 1e6 + 0.5) / 1e6 AS weight
FROM worth
WHERE points IS NOT NULL
GROUP BY person_id
