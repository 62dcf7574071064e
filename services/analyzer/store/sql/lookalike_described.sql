-- Purpose:    what each subject did before its moment, and was interested in.
-- Parameters: relations subject_moments, prior_behaviour, interests.
-- Grain:      relation described, one row a person and moment.

CREATE OR REPLACE TEMP TABLE described AS
SELECT subject_moments.*, prior_behaviour.* EXCLUDE (person_id, t0), interests.interests
FROM subject_moments
JOIN prior_behaviour USING (person_id, t0)
LEFT JOIN interests USING (person_id, t0);
