-- Purpose:    persons that were seen in more than one arm.
-- Parameters: relation campaign_persons.
-- Grain:      one row.

SELECT count(DISTINCT person_id) FROM campaign_persons WHERE arms > 1;
