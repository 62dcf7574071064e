-- Purpose:    what those who had points at a moment did after it.
-- Parameters: $from (the moment), $to; relations scored(person_id, is_user, value, valued_at), conversions.
-- Grain:      one row a person.

SELECT scored.value, bool_or(conversions.ts IS NOT NULL) AS converted
FROM scored
LEFT JOIN conversions
  ON conversions.person_id = scored.person_id AND conversions.is_user = scored.is_user
  AND conversions.ts >= $from AND conversions.ts < $to
GROUP BY scored.person_id, scored.is_user, scored.value
ORDER BY scored.person_id, scored.is_user;
