-- Purpose:    members of a segment with the e-mail and phone told last, and what was said of personalisation last.
-- Parameters: $site; relation wanted(c0 person_id).
-- Grain:      one row a person.

SELECT
  person_id,
  arg_max(json_extract_string(traits, '$.email'), (ts, message_id))
    FILTER (type = 'identify' AND json_type(traits, '$.email') = 'VARCHAR') AS email,
  arg_max(json_extract_string(traits, '$.phone'), (ts, message_id))
    FILTER (type = 'identify' AND json_type(traits, '$.phone') = 'VARCHAR') AS phone,
  arg_max(json_extract_string(context, '$.consent.personalisation'), (ts, message_id))
    FILTER (json_type(context, '$.consent.personalisation') = 'BOOLEAN') AS personalisation
FROM people
WHERE site_id = $site AND person_id IN (SELECT c0 FROM wanted)
  AND (type = 'identify' OR json_type(context, '$.consent.personalisation') = 'BOOLEAN')
GROUP BY person_id;
