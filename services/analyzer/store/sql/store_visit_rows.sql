-- Purpose:    all visits in numbers.
-- Parameters: none; relations store_visits, store_visitors, store_codes.
-- Grain:      one row a visit, by person and time.

SELECT store_visitors.place, store_visits.ts, store_codes.code, store_visits.has_id
FROM store_visits
JOIN store_visitors ON store_visitors.person_id = store_visits.person_id
JOIN store_codes ON store_codes.store_id = store_visits.store_id
ORDER BY store_visitors.place, store_visits.ts, store_visits.message_id;
