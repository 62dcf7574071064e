-- Purpose:    the stores by number.
-- Parameters: none; relation store_codes.
-- Grain:      one row a store.

SELECT store_id FROM store_codes ORDER BY code;
