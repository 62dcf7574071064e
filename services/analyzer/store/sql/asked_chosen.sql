-- Purpose:    the persons that a question is about.
-- Parameters: relation found(c0 person id).
-- Grain:      relation chosen, one row a person.

CREATE OR REPLACE TEMP TABLE chosen AS SELECT c0 AS person_id FROM found;
