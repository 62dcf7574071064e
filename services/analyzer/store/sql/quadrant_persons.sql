-- Purpose:    who was in each quadrant, and what they were like when the prompt came.
-- Parameters: $site; relation quadrants.
-- Grain:      relation quadrant_persons, one row a campaign and person. sessions and pages are those up to the showing;
--             device and channel the newest then.

CREATE OR REPLACE TEMP TABLE quadrant_persons AS
SELECT
  quadrants.campaign_id, quadrants.quadrant, quadrants.person_id,
  (quadrants.clicked_at - quadrants.shown_at) / 1000.0 AS seconds_to_click,
  (quadrants.dismissed_at - quadrants.shown_at) / 1000.0 AS seconds_to_close,
  count(DISTINCT coalesce(people.session_id, CAST(people.ts // 1800000 AS VARCHAR))) AS sessions,
  count(*) FILTER (people.event IN ('page', 'screen')) AS pages,
  arg_max(people.device_type, (people.ts, people.message_id)) FILTER (people.device_type IS NOT NULL) AS device,
  arg_max(people.channel, (people.ts, people.message_id)) FILTER (people.channel IS NOT NULL) AS channel
FROM quadrants
LEFT JOIN people
  ON people.person_id = quadrants.person_id
  AND people.site_id = $site
  AND people.ts <= coalesce(quadrants.shown_at, quadrants.clicked_at, quadrants.dismissed_at)
GROUP BY ALL;
