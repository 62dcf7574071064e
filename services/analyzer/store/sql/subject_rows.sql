-- Purpose:    the persons that are compared, report by report.
-- Parameters: relation subjects.
-- Grain:      one row a subject, by place.

SELECT * FROM subjects ORDER BY place;
