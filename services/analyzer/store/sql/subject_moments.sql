-- Purpose:    whose behaviour is asked for, and before which moment.
-- Parameters: relation subjects(place, person_id, t0).
-- Grain:      one row a person and moment.

CREATE OR REPLACE TEMP TABLE subject_moments AS
SELECT DISTINCT person_id, t0 FROM subjects;
