-- Purpose:    which categories the subjects are interested in, and how much.
-- Parameters: relations subjects, interests.
-- Grain:      one row a subject and category.

SELECT subjects.place, interests.number, interests.times
FROM subjects
JOIN interests USING (person_id, t0);
