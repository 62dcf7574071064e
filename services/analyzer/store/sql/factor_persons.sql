-- Purpose:    the compared persons, numbered.
-- Parameters: relations factor_early, factor_chosen.
-- Grain:      relation factor_persons, one row a person.

CREATE OR REPLACE TEMP TABLE factor_persons AS
SELECT row_number() OVER (ORDER BY began, person_id) - 1 AS place, * FROM factor_early SEMI JOIN factor_chosen USING (person_id);
