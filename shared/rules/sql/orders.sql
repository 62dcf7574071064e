-- Purpose: the orders of each person that were not taken back.
-- Relation in: history. Parameters: {site_currency}, {minor}, {nth}, and {rate}, an expression of `currency` that gives
-- what one of its minor units is worth in minor units of the site's currency, NULL without a rate.
-- Grain: one row a person with such an order. The earliest message of an order id is the order.
WITH worth AS (
    SELECT
        person_id, event, ts, message_id, order_id, amount_minor,
        coalesce(currency, {site_currency}) AS currency,
        floor(amount_minor * ({rate}) + 0.5) AS site_minor
    FROM history
    WHERE event IN ('Order Completed', 'Order Refunded') AND order_id IS NOT NULL
),
placed AS (
    SELECT * FROM worth
    WHERE event = 'Order Completed'
    QUALIFY row_number() OVER (PARTITION BY person_id, order_id ORDER BY ts, message_id) = 1
),
kept AS (
    SELECT
        o.person_id, o.ts,
        greatest(0, o.site_minor - coalesce(sum(r.site_minor), 0)) AS site_minor
    FROM placed AS o
    LEFT JOIN worth AS r
        ON r.event = 'Order Refunded' AND r.person_id = o.person_id AND r.order_id = o.order_id
    GROUP BY o.person_id, o.order_id, o.ts, o.amount_minor, o.currency, o.site_minor
    HAVING count(r.message_id) = 0 OR NOT (
        bool_or(r.amount_minor IS NULL)
        OR coalesce(o.amount_minor - coalesce(sum(r.amount_minor) FILTER (r.currency = o.currency), 0) <= 0, false)
        OR coalesce(o.site_minor - coalesce(sum(r.site_minor), 0) <= 0, false)
    )
)
SELECT
    person_id, count(*) AS orders, coalesce(sum(site_minor), 0) / {minor} AS value, max(ts) AS last_ts,
    max(ts, {nth})[{nth}] AS nth_last_ts
FROM kept
GROUP BY person_id
