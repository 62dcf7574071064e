-- Purpose:    the moments to learn from, in order, with what was done before.
-- Parameters: relations subjects, described.
-- Grain:      one row a moment; `lot` is a number of the person's own, evenly spread.

SELECT subjects.place, subjects.is_member, hash(person_id) AS lot, described.* EXCLUDE (person_id, t0, interests)
FROM subjects
JOIN described USING (person_id, t0)
ORDER BY subjects.place;
