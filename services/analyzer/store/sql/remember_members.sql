-- Purpose:    put those who satisfy a rule into the membership of this run.
-- Parameters: those of the query of the rule that stands in for found, and one that stands in for segment: its id.
-- Grain:      one row a person.

INSERT INTO temp.segment_members SELECT {segment}, person_id, NULL FROM ({found});
