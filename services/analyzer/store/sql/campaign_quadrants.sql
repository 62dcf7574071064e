-- Purpose:    persons who were shown the prompt, by what they did: clicked goes before dismissed before shown.
-- Parameters: $most (persons named); relation campaign_persons.
-- Grain:      one row a quadrant.

WITH shown AS (
  SELECT person_id, bool_or(clicked) AS clicked, bool_or(dismissed) AS dismissed, bool_or(converted) AS converted
  FROM campaign_persons
  WHERE was_shown OR clicked OR dismissed
  GROUP BY person_id
),
placed AS (
  SELECT
    person_id,
    CASE
      WHEN clicked AND converted THEN 'clicked_converted'
      WHEN clicked THEN 'clicked_not'
      WHEN dismissed THEN 'dismissed'
      ELSE 'shown_not_clicked'
    END AS quadrant
  FROM shown
)
SELECT quadrant, count(*), list_slice(list(person_id ORDER BY person_id), 1, $most)
FROM placed
GROUP BY quadrant;
