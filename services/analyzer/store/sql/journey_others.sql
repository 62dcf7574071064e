-- Purpose:    the moments at which somebody who has not viewed is compared.
-- Parameters: relation journey_moments.
-- Grain:      one row a person, in any order.

SELECT hash(person_id) AS lot, turn, t0, steps, visit_turn FROM journey_moments;
