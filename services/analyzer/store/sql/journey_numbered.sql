-- Purpose:    a number for each followed person, by which steps are put in order: texts take longer.
-- Parameters: relation followed.
-- Grain:      one row a person; the number holds until the steps are there.

CREATE OR REPLACE TEMP TABLE followed_numbers AS
SELECT *, CAST(row_number() OVER () AS INTEGER) AS person_no FROM followed;
