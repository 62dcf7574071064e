-- Purpose:    the conversions of one goal, with what each was worth.
-- Parameters: $1 site, $2 the goal's event, $3 JSON path of the value or NULL for the order's own value,
--             {where}: the goal's condition (from $4 on); relation rates(c0 currency, c1 factor to the site's
--             currency), where '' stands for no currency named.
-- Grain:      one row a conversion. Of several messages with one order id the earliest is the order; an order taken
--             back, or lowered to nothing, is none. value is NULL without an amount or a rate.

CREATE OR REPLACE TEMP TABLE conversions AS
WITH happened AS (
  SELECT
    person_id, is_user, anonymous_id, ts, message_id, event, order_id, amount_minor, currency,
    CASE
      WHEN $3 IS NOT NULL THEN TRY_CAST(json_extract_string(properties, $3) AS DOUBLE)
    END AS own_value,
    ({where}) AS counts
  FROM people
  WHERE site_id = $1 AND event = $2 AND person_id IS NOT NULL
),
once AS (
  SELECT * FROM happened
  QUALIFY
    event <> 'Order Completed'
    OR row_number() OVER (PARTITION BY coalesce(order_id, message_id) ORDER BY ts, message_id) = 1
),
factors AS (
  SELECT c0 AS code, CAST(c1 AS DOUBLE) AS factor, CAST(c2 AS DOUBLE) AS minor_units FROM rates
),
refunds AS (
  SELECT
    order_id,
    bool_or(amount_minor IS NULL) AS is_whole,
    sum(amount_minor * factor / minor_units) AS value
  FROM people
  LEFT JOIN factors ON factors.code = coalesce(people.currency, '')
  WHERE site_id = $1 AND event = 'Order Refunded' AND order_id IS NOT NULL
  GROUP BY order_id
),
worth AS (
  SELECT
    once.*,
    CASE
      WHEN $3 IS NOT NULL THEN own_value * factor
      ELSE amount_minor * factor / minor_units
    END AS gross,
    CASE WHEN event = 'Order Completed' THEN refunds.order_id END AS refunded_id,
    refunds.is_whole, refunds.value AS refunded
  FROM once
  LEFT JOIN factors ON factors.code = coalesce(once.currency, '')
  LEFT JOIN refunds ON refunds.order_id = once.order_id
)
SELECT
  person_id, is_user, anonymous_id, ts, message_id,
  CASE WHEN refunded_id IS NULL THEN gross ELSE gross - coalesce(refunded, 0) END AS value
FROM worth
WHERE counts AND (
  refunded_id IS NULL
  OR NOT (is_whole OR coalesce(gross - coalesce(refunded, 0) <= 1e-9, false))
);
