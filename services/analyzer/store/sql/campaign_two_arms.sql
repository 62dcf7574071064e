-- Purpose:    persons that were seen in more than one arm.
-- Parameters: relation campaign_persons.
-- Grain:      one row a campaign that has such persons.

SELECT campaign_id, count(DISTINCT person_id) FROM campaign_persons WHERE arms > 1 GROUP BY campaign_id;
