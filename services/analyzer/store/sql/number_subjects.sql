-- Purpose:    number the persons of all reports, each report's in a row.
-- Parameters: relation gathered_subjects.
-- Grain:      one row a report and person (and side).

CREATE OR REPLACE TEMP TABLE subjects AS
SELECT row_number() OVER (ORDER BY report, t0, person_id) - 1 AS place, * FROM gathered_subjects;
