-- Purpose:    whose score is not what the profiles were told last.
-- Parameters: $site; relation fresh_scores(score_id, stamp, person_id, is_user, value, valued_at): what was counted now.
-- Grain:      one row a score and person; value is NULL for one that counts nothing any more. Sums may differ in their
--             last digits from run to run: that is no difference.

SELECT
  coalesce(fresh.score_id, told.score_id) AS score_id,
  coalesce(fresh.stamp, told.stamp) AS stamp,
  coalesce(fresh.person_id, told.person_id) AS person_id,
  coalesce(fresh.is_user, told.is_user) AS is_user,
  fresh.value,
  fresh.valued_at
FROM fresh_scores AS fresh
FULL OUTER JOIN (SELECT * FROM score_values WHERE site_id = $site) AS told
  ON told.score_id = fresh.score_id AND told.person_id = fresh.person_id AND told.is_user = fresh.is_user
WHERE fresh.score_id IS NULL
  OR told.score_id IS NULL
  OR told.stamp <> fresh.stamp
  OR told.valued_at <> fresh.valued_at
  OR abs(told.value - fresh.value) > 1e-9 * greatest(1.0, abs(fresh.value))
ORDER BY person_id, is_user, score_id;
