-- Purpose:    the messages of the chosen views.
-- Parameters: $site, $video; relation views.
-- Grain:      one row a message of a chosen view.

CREATE OR REPLACE TEMP TABLE view_events AS
WITH seen AS (
  SELECT
    person_id, ts, message_id, event, video_session, video_position, video_length, played,
    CASE
      WHEN video_session IS NOT NULL THEN 0
      WHEN ts - lag(ts) OVER (PARTITION BY person_id, video_session ORDER BY ts, message_id) < 1800000 THEN 0
      ELSE 1
    END AS opens
  FROM people
  WHERE site_id = $site AND video_id = $video AND person_id IN (SELECT person_id FROM views)
),
keyed AS (
  SELECT
    *,
    coalesce('s' || video_session, 'g' || CAST(sum(opens) OVER (
      PARTITION BY person_id, video_session ORDER BY ts, message_id
    ) AS VARCHAR)) AS view_key
  FROM seen
)
SELECT views.place, ts, message_id, event, video_position, video_length, played
FROM keyed
JOIN views ON views.person_id = keyed.person_id AND views.view_key = keyed.view_key;
