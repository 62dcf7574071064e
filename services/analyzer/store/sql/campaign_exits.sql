-- Purpose:    who left after a prompt was due; a person seen in two arms is set aside.
-- Parameters: $site, $visit_ms (half an hour), $soon_ms (half a minute); relations campaign_persons, conversions.
-- Grain:      relation campaign_exits, one row a campaign and triggered person. left_page: without a page or a conversion
--             within half an hour; left_soon: without any message of its own (prompts tell themselves) later than
--             $soon_ms after the trigger within it. Whether that half an hour is over is for the reader to see.

CREATE OR REPLACE TEMP TABLE campaign_exits AS
WITH triggered AS (
  SELECT campaign_id, person_id, arm, triggered_at
  FROM campaign_persons
  WHERE triggered AND arms = 1
),
stayed AS (
  SELECT
    triggered.campaign_id, triggered.person_id,
    bool_or(people.event IN ('page', 'screen')) AS saw_page,
    bool_or(people.ts > triggered.triggered_at + $soon_ms) AS was_there
  FROM triggered
  JOIN people
    ON people.person_id = triggered.person_id
    AND people.ts > triggered.triggered_at
    AND people.ts <= triggered.triggered_at + $visit_ms
  WHERE people.site_id = $site AND people.type IN ('page', 'screen', 'track') AND NOT starts_with(people.event, 'Prompt ')
  GROUP BY triggered.campaign_id, triggered.person_id
),
bought AS (
  SELECT DISTINCT triggered.campaign_id, triggered.person_id
  FROM triggered
  JOIN conversions
    ON conversions.person_id = triggered.person_id
    AND conversions.ts > triggered.triggered_at
    AND conversions.ts <= triggered.triggered_at + $visit_ms
)
SELECT
  triggered.campaign_id, triggered.person_id, triggered.arm, triggered.triggered_at,
  NOT coalesce(stayed.saw_page, false) AND bought.person_id IS NULL AS left_page,
  NOT coalesce(stayed.was_there, false) AS left_soon
FROM triggered
LEFT JOIN stayed USING (campaign_id, person_id)
LEFT JOIN bought USING (campaign_id, person_id);
