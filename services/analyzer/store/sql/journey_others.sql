-- Purpose:    the moments at which somebody who has not viewed is compared.
-- Parameters: relations journey_moments, walkers.
-- Grain:      one row a person, in order of its number.

SELECT walkers.person_no, turn, t0, steps, visit_turn
FROM journey_moments
JOIN walkers USING (person_id)
ORDER BY walkers.person_no;
