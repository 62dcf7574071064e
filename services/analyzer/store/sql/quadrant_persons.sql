-- Purpose:    who was in each quadrant, and what they were like when the prompt came.
-- Parameters: $site; relation quadrants.
-- Grain:      relation quadrant_persons, one row a campaign and person. sessions and pages are those up to the showing;
--             device and channel the newest then. What came later is left out before anything is sorted or counted.

CREATE OR REPLACE TEMP TABLE quadrant_persons AS
WITH reached AS (
  SELECT *, coalesce(shown_at, clicked_at, dismissed_at) AS reached_at FROM quadrants
),
latest AS (
  SELECT person_id, max(reached_at) AS latest_at FROM reached GROUP BY person_id
),
history AS NOT MATERIALIZED (
  SELECT people.person_id, ts, message_id, event, session_id, device_type, channel
  FROM people
  JOIN latest ON latest.person_id = people.person_id AND people.ts <= latest.latest_at
  WHERE people.site_id = $site
),
opened AS (
  SELECT person_id, min(ts) AS opened_at
  FROM history
  GROUP BY person_id, coalesce(session_id, CAST(ts // 1800000 AS VARCHAR))
),
begun AS (
  SELECT reached.campaign_id, reached.person_id, count(*) AS sessions
  FROM reached
  JOIN opened ON opened.person_id = reached.person_id AND opened.opened_at <= reached.reached_at
  GROUP BY reached.campaign_id, reached.person_id
),
known AS (
  SELECT
    reached.campaign_id, reached.person_id,
    count(*) FILTER (history.event IN ('page', 'screen')) AS pages,
    arg_max(history.device_type, (history.ts, history.message_id)) FILTER (history.device_type IS NOT NULL) AS device,
    arg_max(history.channel, (history.ts, history.message_id)) FILTER (history.channel IS NOT NULL) AS channel
  FROM reached
  JOIN history ON history.person_id = reached.person_id AND history.ts <= reached.reached_at
  WHERE history.event IN ('page', 'screen') OR history.device_type IS NOT NULL OR history.channel IS NOT NULL
  GROUP BY reached.campaign_id, reached.person_id
)
SELECT
  reached.campaign_id, reached.quadrant, reached.person_id,
  (reached.clicked_at - reached.shown_at) / 1000.0 AS seconds_to_click,
  (reached.dismissed_at - reached.shown_at) / 1000.0 AS seconds_to_close,
  coalesce(begun.sessions, 0) AS sessions, coalesce(known.pages, 0) AS pages, known.device, known.channel
FROM reached
LEFT JOIN begun USING (campaign_id, person_id)
LEFT JOIN known USING (campaign_id, person_id);
