-- Purpose: the product that each person's own acts single out, by decayed points since it was last bought.
-- Relation in: history. Parameters: {now}, {events}, {points} (an expression of event), {orders} (the orders, by
-- person_id and message_id), {least}, {lead}. Grain: one row a person with a product that stands out.
WITH acts AS (
    SELECT
        person_id, ts, message_id, {points} AS points,
        coalesce(product_id, {product}) AS product
    FROM (SELECT *, {told} AS told FROM (SELECT *, properties AS line FROM history WHERE event IN ({events})))
),
lines AS (
    SELECT person_id, ts, message_id, unnest(properties->'$.products[*]') AS line
    FROM history
    WHERE event = 'Order Completed' AND json_type(properties, '$.products') = 'ARRAY'
        AND (person_id, message_id) IN ({orders})
),
bought AS (
    SELECT person_id, {product} AS product, max((ts, message_id)) AS place
    FROM (SELECT *, {told} AS told FROM lines)
    GROUP BY ALL
),
weighed AS (
    SELECT
        a.person_id, a.product,
        floor(sum(a.points * pow(2.0, -(({now} - a.ts) / 1209600000.0))) * 1e6 + 0.5) / 1e6 AS weight
    FROM acts AS a
    LEFT JOIN bought AS b USING (person_id, product)
    WHERE a.product IS NOT NULL AND (b.place IS NULL OR (a.ts, a.message_id) > b.place)
    GROUP BY a.person_id, a.product
),
ranked AS (
    SELECT person_id, arg_max(product, weight) AS product, max(weight, 2) AS best
    FROM weighed
    GROUP BY person_id
)
SELECT person_id, product
FROM ranked
WHERE best[1] >= {least} AND (len(best) < 2 OR best[1] >= {lead} * best[2])
