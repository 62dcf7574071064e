-- Purpose:    the behaviours that are compared: those that most persons show, an operator's own first.
-- Parameters: $fewest (persons that make a behaviour worth comparing), $most_of_videos, $most (of the other
--             behaviours); relations factor_done, factor_persons.
-- Grain:      relation factor_common, one row a behaviour, numbered by name.

CREATE OR REPLACE TEMP TABLE factor_common AS
WITH common AS (
  SELECT behaviour FROM factor_done SEMI JOIN factor_persons USING (person_id)
  GROUP BY behaviour
  HAVING count(*) >= $fewest
  QUALIFY row_number() OVER (
    PARTITION BY starts_with(behaviour, 'video:')
    ORDER BY NOT starts_with(behaviour, 'own:'), count(*) DESC, behaviour
  ) <= CASE WHEN starts_with(behaviour, 'video:') THEN $most_of_videos ELSE $most END
)
SELECT row_number() OVER (ORDER BY behaviour) - 1 AS number, behaviour FROM common;
