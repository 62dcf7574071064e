-- Purpose:    the persons of one campaign's quadrants.
-- Parameters: $campaign; relation quadrant_persons.
-- Grain:      one row a person.

SELECT * EXCLUDE (campaign_id)
FROM quadrant_persons
WHERE campaign_id = $campaign
ORDER BY quadrant, person_id;
