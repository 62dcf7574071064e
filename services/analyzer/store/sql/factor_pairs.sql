-- Purpose:    who did what, when first, and how often before and after converting.
-- Parameters: $fewest (persons that make a behaviour worth comparing), $most_of_videos, $most (of the other
--             behaviours); relations acts, factor_persons.
-- Grain:      one row a person and behaviour, the behaviours that most persons show, an operator's own first.

WITH done AS (
  SELECT
    factor_persons.place, acts.behaviour, min(acts.ts) AS first_ts,
    count(*) FILTER (acts.ts > factor_persons.first_at) AS after_converting,
    count(*) FILTER (acts.ts <= factor_persons.first_at) AS before_converting
  FROM acts
  JOIN factor_persons ON factor_persons.person_id = acts.person_id
  GROUP BY factor_persons.place, acts.behaviour
),
common AS (
  SELECT behaviour FROM done
  GROUP BY behaviour
  HAVING count(*) >= $fewest
  QUALIFY row_number() OVER (
    PARTITION BY starts_with(behaviour, 'video:')
    ORDER BY NOT starts_with(behaviour, 'own:'), count(*) DESC, behaviour
  ) <= CASE WHEN starts_with(behaviour, 'video:') THEN $most_of_videos ELSE $most END
)
SELECT done.*
FROM done
JOIN common USING (behaviour)
ORDER BY done.behaviour, done.place;
