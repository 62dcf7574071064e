-- Purpose:    all purchases in numbers.
-- Parameters: none; relations store_purchases, store_visitors, store_codes.
-- Grain:      one row a purchase, by person and time; place -1: never visited, code -1: no store named.

SELECT
  coalesce(store_visitors.place, -1) AS place, store_purchases.ts, store_purchases.minor,
  coalesce(store_codes.code, -1) AS code
FROM store_purchases
LEFT JOIN store_visitors ON store_visitors.person_id = store_purchases.person_id
LEFT JOIN store_codes ON store_codes.store_id = store_purchases.store_id
ORDER BY 1, store_purchases.ts, store_purchases.message_id;
