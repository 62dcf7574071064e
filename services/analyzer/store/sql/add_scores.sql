-- Purpose:    remember what the profiles have been told.
-- Parameters: $site; relation changed(c0 score_id, c1 stamp, c2 person_id, c3 is_user, c4 value, c5 valued_at).
-- Grain:      one row a score and person.

INSERT INTO score_values
SELECT
  $site, c0, CAST(c1 AS BIGINT), c2, CAST(c3 AS BOOLEAN), CAST(c4 AS DOUBLE), CAST(c5 AS BIGINT)
FROM changed
WHERE c4 IS NOT NULL;
