-- Purpose:    what each subject did before its moment.
-- Parameters: relation prior_behaviour.
-- Grain:      one row a subject, by place.

SELECT * FROM prior_behaviour ORDER BY place;
