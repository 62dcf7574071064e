-- Purpose:    the persons that are compared, report by report.
-- Parameters: relation subjects.
-- Grain:      one row a subject, by place; `lot` is a number of the person's own, evenly spread.

SELECT * EXCLUDE (person_id), hash(person_id) AS lot FROM subjects ORDER BY place;
