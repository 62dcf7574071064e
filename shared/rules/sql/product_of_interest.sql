-- Purpose: the product that each person's own acts single out, by decayed points since it was last bought.
-- Relations in: history, order_lines. Parameters: {now}, {events}, {points} (an expression of event), {least}, {lead}.
-- Grain: one row a person with a product that stands out.
WITH acts AS (
    SELECT
        person_id, ts, message_id, {points} AS points,
        coalesce(product_id, {product}) AS product
    FROM (SELECT *, {told} AS told FROM (SELECT *, properties AS line FROM history WHERE event IN ({events})))
),
bought AS (
    SELECT person_id, {product} AS product, max((ts, message_id)) AS place
    FROM (SELECT *, {told} AS told FROM order_lines)
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
