-- Purpose:    persons of one campaign to split at random: all, or as many as may be, chosen by lot.
-- Parameters: $campaign, $persons (of the campaign), $most; relation lift_persons.
-- Grain:      one row a person, in any order: they are only counted.

SELECT hash(person_id) AS lot, converted
FROM lift_persons
WHERE campaign_id = $campaign
ORDER BY CASE WHEN $persons > $most THEN lot END
LIMIT $most;
