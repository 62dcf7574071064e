-- Purpose:    what each subject did before its moment.
-- Parameters: relations subjects(place, person_id, t0), prior_behaviour.
-- Grain:      one row a subject, by place.

SELECT subjects.place, prior_behaviour.* EXCLUDE (person_id, t0)
FROM subjects
LEFT JOIN prior_behaviour USING (person_id, t0)
ORDER BY subjects.place;
