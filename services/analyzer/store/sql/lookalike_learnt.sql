-- Purpose:    whose behaviour is asked for, and before which moment: those to learn from.
-- Parameters: relation subjects.
-- Grain:      relation subject_moments, one row a person and moment.

CREATE OR REPLACE TEMP TABLE subject_moments AS
SELECT person_id, t0 FROM subjects;
