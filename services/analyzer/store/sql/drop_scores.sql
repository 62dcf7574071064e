-- Purpose:    forget what the profiles were told before.
-- Parameters: $site; relation changed(c0 score_id, c1 stamp, c2 person_id, c3 is_user, c4 value, c5 valued_at).
-- Grain:      one row a score and person.

DELETE FROM score_values
USING changed
WHERE score_values.site_id = $site
  AND score_values.score_id = changed.c0
  AND score_values.person_id = changed.c2
  AND score_values.is_user = CAST(changed.c3 AS BOOLEAN);
