-- Purpose: going back and forth in each person's last session: returns to a product seen before another one, changes of
-- the cart, videos, orders.
-- Relations in: history, persons. Parameters: none. Grain: one row a person.
WITH own AS (
    SELECT h.person_id, h.event, h.product_id, h.ts, h.message_id,
        h.event = 'Product Viewed' AND h.product_id IS NOT NULL AS is_view
    FROM history AS h
    JOIN persons AS p ON p.person_id = h.person_id AND p.last_session_key = h.session_key
),
viewed AS (
    SELECT
        person_id,
        lag(product_id) OVER (PARTITION BY person_id ORDER BY ts, message_id) AS last_product, product_id,
        row_number() OVER (PARTITION BY person_id, product_id ORDER BY ts, message_id) AS nth
    FROM own
    WHERE is_view
),
returned AS (
    SELECT person_id, count(*) AS returns
    FROM viewed
    WHERE nth > 1 AND last_product <> product_id
    GROUP BY person_id
)
SELECT
    own.person_id,
    any_value(coalesce(returned.returns, 0)) AS returns,
    count(*) FILTER (own.event = 'Product Added') AS cart_adds,
    count(*) FILTER (own.event = 'Product Removed') AS cart_removes,
    bool_or(starts_with(own.event, 'Video ')) AS has_video,
    bool_or(own.event = 'Order Completed') AS has_order
FROM own
LEFT JOIN returned USING (person_id)
GROUP BY own.person_id
