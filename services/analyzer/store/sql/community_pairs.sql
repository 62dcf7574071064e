-- Purpose:    which member did what, when first, and how often before and after becoming loyal.
-- Parameters: $fewest (members that make a behaviour worth comparing), $most (behaviours); relations
--             community_behaviours, community_newcomers.
-- Grain:      one row a member and behaviour, the behaviours that most members show.

WITH done AS (
  SELECT
    newcomers.place, acts.behaviour, min(acts.ts) AS first_ts,
    count(*) FILTER (acts.ts > newcomers.first_at) AS after_converting,
    count(*) FILTER (acts.ts <= newcomers.first_at) AS before_converting
  FROM community_behaviours AS acts
  JOIN community_newcomers AS newcomers ON newcomers.person_id = acts.person_id
  GROUP BY newcomers.place, acts.behaviour
),
common AS (
  SELECT behaviour FROM done
  GROUP BY behaviour
  HAVING count(*) >= $fewest
  QUALIFY row_number() OVER (ORDER BY count(*) DESC, behaviour) <= $most
)
SELECT done.*
FROM done
JOIN common USING (behaviour)
ORDER BY done.behaviour, done.place;
