-- Purpose:    what members talk about, and use.
-- Parameters: $from, $middle (of the window), $most; relations community_acts, conversions.
-- Grain:      one row a topic or product, the $most that most members named; buyers converted after naming it first.

WITH named AS (
  SELECT 'topic' AS kind, topic AS name, person_id, ts FROM community_acts WHERE topic IS NOT NULL AND ts >= $from
  UNION ALL
  SELECT 'product', product_id, person_id, ts FROM community_acts WHERE product_id IS NOT NULL AND ts >= $from
),
by_member AS (
  SELECT kind, name, person_id, min(ts) AS first_ts, count(*) AS acts, count(*) FILTER (ts >= $middle) AS later
  FROM named
  GROUP BY kind, name, person_id
),
last_bought AS (
  SELECT person_id, max(ts) AS last_ts FROM conversions GROUP BY person_id
)
SELECT
  by_member.kind, by_member.name, CAST(sum(by_member.acts) AS BIGINT), CAST(sum(by_member.later) AS BIGINT), count(*),
  count(*) FILTER (last_bought.last_ts > by_member.first_ts)
FROM by_member
LEFT JOIN last_bought USING (person_id)
GROUP BY by_member.kind, by_member.name
ORDER BY count(*) DESC, by_member.kind, by_member.name
LIMIT $most;
