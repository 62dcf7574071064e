-- Purpose:    add the persons of campaigns that withheld their prompt from somebody.
-- Parameters: relations campaign_persons, lift_persons.
-- Grain:      one row a campaign and person.

INSERT INTO lift_persons
SELECT campaign_id, person_id, triggered_at, arm <> 'holdout', converted, minor
FROM campaign_persons
WHERE triggered AND arms = 1
  AND campaign_id IN (SELECT campaign_id FROM campaign_persons WHERE triggered AND arms = 1 AND arm = 'holdout');
