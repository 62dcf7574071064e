-- Purpose:    persons of one campaign to split at random: all, or as many as may be, chosen by hash.
-- Parameters: $campaign, $most; relation lift_persons.
-- Grain:      one row a person.

SELECT person_id, converted
FROM (
  SELECT person_id, converted FROM lift_persons WHERE campaign_id = $campaign ORDER BY md5(person_id) LIMIT $most
)
ORDER BY person_id;
