-- Purpose:    persons of one campaign to split at random: all, or as many as may be, chosen by hash.
-- Parameters: $campaign, $persons (of the campaign), $most; relation lift_persons.
-- Grain:      one row a person, in any order: they are only counted.

SELECT person_id, converted
FROM lift_persons
WHERE campaign_id = $campaign
ORDER BY CASE WHEN $persons > $most THEN md5(person_id) END
LIMIT $most;
