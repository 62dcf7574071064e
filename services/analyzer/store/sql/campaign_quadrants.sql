-- Purpose:    persons who were shown the prompt, by what they did: clicked goes before dismissed before shown.
-- Parameters: relation campaign_persons.
-- Grain:      relation quadrants, one row a campaign and person; times of the first showing, click and closing.

CREATE OR REPLACE TEMP TABLE quadrants AS
WITH shown AS (
  SELECT
    campaign_id, person_id, bool_or(clicked) AS clicked, bool_or(dismissed) AS dismissed, bool_or(converted) AS converted,
    min(shown_at) AS shown_at, min(clicked_at) AS clicked_at, min(dismissed_at) AS dismissed_at
  FROM campaign_persons
  WHERE was_shown OR clicked OR dismissed
  GROUP BY campaign_id, person_id
)
SELECT
  campaign_id, person_id, shown_at, clicked_at, dismissed_at,
  CASE
    WHEN clicked AND converted THEN 'clicked_converted'
    WHEN clicked THEN 'clicked_not'
    WHEN dismissed THEN 'dismissed'
    ELSE 'shown_not_clicked'
  END AS quadrant
FROM shown;
