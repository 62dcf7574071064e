-- Purpose:    who was in each quadrant, and what they were like when the prompt came.
-- Parameters: $site; relation quadrants.
-- Grain:      relation quadrant_persons, one row a campaign and person. sessions and pages are those up to the showing;
--             device and channel the newest then. A person's events are gone through once for all its campaigns.

CREATE OR REPLACE TEMP TABLE quadrant_persons AS
WITH history AS (
  SELECT
    person_id, ts, message_id, event IN ('page', 'screen') AS is_page, device_type, channel,
    coalesce(session_id, CAST(ts // 1800000 AS VARCHAR)) AS session
  FROM people
  WHERE site_id = $site AND person_id IN (SELECT person_id FROM quadrants)
),
opened AS (
  SELECT
    * EXCLUDE (session),
    row_number() OVER (PARTITION BY person_id, session ORDER BY ts, message_id) = 1 AS opens
  FROM history
),
so_far AS (
  SELECT
    person_id, ts,
    count(*) FILTER (opens) OVER told AS sessions,
    count(*) FILTER (is_page) OVER told AS pages,
    last_value(device_type IGNORE NULLS) OVER told AS device,
    last_value(channel IGNORE NULLS) OVER told AS channel,
    lead(ts) OVER (PARTITION BY person_id ORDER BY ts, message_id) IS DISTINCT FROM ts AS is_last_of_its_moment
  FROM opened
  WINDOW told AS (PARTITION BY person_id ORDER BY ts, message_id ROWS UNBOUNDED PRECEDING)
),
moments AS (
  SELECT person_id, ts, sessions, pages, device, channel FROM so_far WHERE is_last_of_its_moment
),
reached AS (
  SELECT *, coalesce(shown_at, clicked_at, dismissed_at) AS reached_at FROM quadrants
)
SELECT
  reached.campaign_id, reached.quadrant, reached.person_id,
  (reached.clicked_at - reached.shown_at) / 1000.0 AS seconds_to_click,
  (reached.dismissed_at - reached.shown_at) / 1000.0 AS seconds_to_close,
  coalesce(moments.sessions, 0) AS sessions, coalesce(moments.pages, 0) AS pages, moments.device, moments.channel
FROM reached
ASOF LEFT JOIN moments
  ON moments.person_id = reached.person_id AND reached.reached_at >= moments.ts;
