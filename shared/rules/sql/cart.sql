-- Purpose: the cart: net quantities since the last order or the last cart that was shown as a whole.
-- Relation in: history. Parameters: {minor} (minor units in one major unit of the site's currency).
-- Grain: one row a person with a cart event.
WITH resets AS (
    SELECT person_id, max((ts, message_id)) AS place
    FROM history
    WHERE event = 'Order Completed'
        OR (event = 'Cart Viewed' AND json_type(properties, '$.products') = 'ARRAY')
    GROUP BY person_id
),
lines AS (
    SELECT
        h.person_id, h.ts, h.message_id, 0 AS ordinal,
        CASE h.event WHEN 'Product Added' THEN 1 ELSE -1 END AS sign,
        h.properties AS line
    FROM history AS h
    LEFT JOIN resets AS r USING (person_id)
    WHERE h.event IN ('Product Added', 'Product Removed') AND (r.place IS NULL OR (h.ts, h.message_id) > r.place)
    UNION ALL
    SELECT h.person_id, h.ts, h.message_id, unnest(range(1, len(h.properties->'$.products[*]') + 1)), 1,
        unnest(h.properties->'$.products[*]')
    FROM history AS h
    JOIN resets AS r ON r.person_id = h.person_id AND r.place = (h.ts, h.message_id)
    WHERE h.event = 'Cart Viewed'
),
typed AS (
    SELECT
        * EXCLUDE (line),
        CASE
            WHEN json_type(line, '$.product_id') IN ('BIGINT', 'UBIGINT') THEN line->>'$.product_id'
            WHEN json_type(line, '$.product_id') = 'VARCHAR' AND length(line->>'$.product_id') BETWEEN 1 AND 256
                THEN line->>'$.product_id'
        END AS product,
        CASE
            WHEN json_type(line, '$.quantity') IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN
                CASE WHEN CAST(line->'$.quantity' AS DOUBLE) >= 1
                    THEN least(floor(CAST(line->'$.quantity' AS DOUBLE)), 1000000) ELSE 1 END
            WHEN json_type(line, '$.quantity') = 'VARCHAR'
                AND regexp_full_match(line->>'$.quantity', '[1-9][0-9]{0,5}') THEN CAST(line->>'$.quantity' AS DOUBLE)
            ELSE 1
        END AS quantity,
        CASE
            WHEN json_type(line, '$.price') IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN CAST(line->'$.price' AS DOUBLE)
            WHEN json_type(line, '$.price') = 'VARCHAR'
                AND regexp_full_match(line->>'$.price', '[0-9]{1,12}(\.[0-9]{1,9})?')
                THEN CAST(line->>'$.price' AS DOUBLE)
        END AS price
    FROM lines
),
products AS (
    SELECT
        person_id, product,
        greatest(0, sum(sign * quantity)) AS net,
        arg_max(floor(price * {minor} + 0.5), (ts, message_id, ordinal))
            FILTER (price BETWEEN 0 AND 1000000000000) AS price_minor
    FROM typed
    WHERE product IS NOT NULL
    GROUP BY person_id, product
)
SELECT person_id, sum(net) AS items, sum(net * coalesce(price_minor, 0)) / {minor} AS value
FROM products
GROUP BY person_id
