-- Purpose:    the moments to learn from, in order, with what was done before.
-- Parameters: relations subjects, described.
-- Grain:      one row a moment.

SELECT subjects.place, subjects.is_member, described.* EXCLUDE (t0, interests)
FROM subjects
JOIN described USING (person_id, t0)
ORDER BY subjects.place;
