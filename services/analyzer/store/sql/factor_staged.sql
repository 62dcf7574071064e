-- Purpose:    which of the compared persons a rule describes.
-- Parameters: those of the query of the rule, which is put in below; relation factor_persons.
-- Grain:      one row a person.

SELECT factor_persons.place FROM factor_persons SEMI JOIN ({rule}) AS described USING (person_id);
