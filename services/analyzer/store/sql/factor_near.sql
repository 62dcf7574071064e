-- Purpose:    a few more than the compared persons: those below a hash that stays for many runs.
-- Parameters: $below; relation factor_known.
-- Grain:      relation factor_near, one row a person.

CREATE OR REPLACE TEMP TABLE factor_near AS
SELECT person_id, began FROM factor_known WHERE lot < $below;
