-- Purpose:    who was in each quadrant, and what they were like when the prompt came.
-- Parameters: $site; relation quadrants.
-- Grain:      relation quadrant_persons, one row a campaign and person. sessions and pages are those up to the showing;
--             device and channel the newest then. Sessions are told apart by lists of hashes, which takes less time
--             than count(DISTINCT) of texts.

CREATE OR REPLACE TEMP TABLE quadrant_persons AS
WITH reached AS (
  SELECT *, coalesce(shown_at, clicked_at, dismissed_at) AS reached_at FROM quadrants
),
known AS (
  SELECT
    reached.campaign_id, reached.person_id,
    len(list_distinct(list(hash(coalesce(people.session_id, CAST(people.ts // 1800000 AS VARCHAR)))))) AS sessions,
    count(*) FILTER (people.event IN ('page', 'screen')) AS pages,
    arg_max(people.device_type, (people.ts, people.message_id)) FILTER (people.device_type IS NOT NULL) AS device,
    arg_max(people.channel, (people.ts, people.message_id)) FILTER (people.channel IS NOT NULL) AS channel
  FROM reached
  JOIN people ON people.person_id = reached.person_id AND people.ts <= reached.reached_at
  WHERE people.site_id = $site
  GROUP BY reached.campaign_id, reached.person_id
)
SELECT
  reached.campaign_id, reached.quadrant, reached.person_id,
  (reached.clicked_at - reached.shown_at) / 1000.0 AS seconds_to_click,
  (reached.dismissed_at - reached.shown_at) / 1000.0 AS seconds_to_close,
  coalesce(known.sessions, 0) AS sessions, coalesce(known.pages, 0) AS pages, known.device, known.channel
FROM reached
LEFT JOIN known USING (campaign_id, person_id);
