-- Purpose:    the persons who told an e-mail address of a sheet last.
-- Parameters: $site; relation wanted(c0 SHA-256 of the trimmed, lower-case address).
-- Grain:      one row a hash and person; nobody who refused personalisation.

WITH told AS (
  SELECT
    person_id,
    arg_max(json_extract_string(traits, '$.email'), (ts, message_id)) AS email
  FROM people
  WHERE site_id = $site AND type = 'identify' AND json_type(traits, '$.email') = 'VARCHAR' AND person_id IS NOT NULL
  GROUP BY person_id
),
matched AS (
  SELECT wanted.c0 AS hash, told.person_id
  FROM told
  JOIN wanted ON wanted.c0 = sha256(lower(regexp_replace(told.email, '^\s+|\s+$', '', 'g')))
),
consent AS (
  SELECT
    person_id, arg_max(json_extract_string(context, '$.consent.personalisation'), (ts, message_id)) AS personalisation
  FROM people
  WHERE site_id = $site AND person_id IN (SELECT person_id FROM matched)
    AND json_type(context, '$.consent.personalisation') = 'BOOLEAN'
  GROUP BY person_id
)
SELECT matched.hash, matched.person_id
FROM matched
LEFT JOIN consent USING (person_id)
WHERE coalesce(consent.personalisation, 'true') <> 'false'
ORDER BY matched.hash, matched.person_id;
