-- Purpose:    when customers became advocates.
-- Parameters: relations advocates, customers.
-- Grain:      one row an advocate, by place.

SELECT customers.place, advocates.at
FROM advocates
JOIN customers USING (person_id)
ORDER BY customers.place;
