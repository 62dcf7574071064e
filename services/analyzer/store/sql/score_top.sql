-- Purpose:    the people with the highest scores, and when each crossed a threshold last.
-- Parameters: $site, $event, $score, $to, $limit; relation scored(person_id, is_user, value, valued_at).
-- Grain:      one row a person.

WITH top AS (
  SELECT person_id, is_user, value, valued_at FROM scored ORDER BY value DESC, person_id, is_user LIMIT $limit
)
SELECT top.person_id, top.is_user, top.value, top.valued_at, max(people.ts) AS last_crossed
FROM top
LEFT JOIN people
  ON people.site_id = $site AND people.person_id = top.person_id AND people.is_user = top.is_user
  AND people.event = $event AND people.ts < $to
  AND json_extract_string(people.properties, '$.score_id') = $score
GROUP BY ALL
ORDER BY top.value DESC, top.person_id, top.is_user;
