-- Purpose:    the moments before which viewers' behaviour counts: the start of each view that a report may choose.
-- Parameters: relation video_views.
-- Grain:      relation subject_moments, one row a person and time.

CREATE OR REPLACE TEMP TABLE subject_moments AS
SELECT DISTINCT person_id, t0 FROM video_views;
