-- Purpose:    puts those whose moment was looked for with those who had one.
-- Parameters: relations gathered_subjects, found_moments.
-- Grain:      relation gathered_subjects, one row a report and person (and side).

CREATE OR REPLACE TEMP TABLE gathered_subjects AS
SELECT report, person_id, t0, treated FROM gathered_subjects WHERE t0 IS NOT NULL
UNION ALL
SELECT report, person_id, t0, treated FROM found_moments;
