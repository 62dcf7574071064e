-- Purpose:    whose steps are followed, and who of them stands for all.
-- Parameters: relation walkers.
-- Grain:      one row a person, without when it first came: that changes no step.

CREATE OR REPLACE TEMP TABLE followed AS
SELECT person_id, is_base FROM walkers;
