-- Purpose: what was bought, line by line; the earliest message of an order id is the order.
-- Relation in: history. Parameters: {orders} (the orders, by person_id and message_id).
-- Grain: one row a line of an order that lists products; line is its JSON.
SELECT person_id, ts, message_id, unnest(properties->'$.products[*]') AS line
FROM history
WHERE event = 'Order Completed' AND json_type(properties, '$.products') = 'ARRAY'
    AND (person_id, message_id) IN ({orders})
