-- Purpose: the earliest message of each order id: that is the order.
-- Relation in: history. Parameters: none. Grain: one row a person and order id, (person_id, message_id) as one value.
SELECT (person_id, arg_min(message_id, (ts, message_id)))
FROM history
WHERE event = 'Order Completed' AND order_id IS NOT NULL
GROUP BY person_id, order_id
