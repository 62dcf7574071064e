-- Purpose:    the persons among whom behaviours are compared: all, or as many as may be, by a hash of the person.
-- Parameters: $most (persons); relation factor_known.
-- Grain:      relation factor_chosen, one row a person.

CREATE OR REPLACE TEMP TABLE factor_chosen AS
SELECT person_id, lot FROM factor_known ORDER BY lot, person_id LIMIT $most;
