-- Purpose:    all that a report reads of the views it may choose.
-- Parameters: relations video_views, video_events, view_behaviour (prior_behaviour of the views).
-- Grain:      relation first_views, one row a view: what the person did before; actions, what they did
--             and when first; positions, where the playhead stood at each event, if the player tells no ranges.

CREATE OR REPLACE TEMP TABLE first_views AS
WITH silent AS (
  SELECT
    video_id, person_id, view_key,
    list(struct_pack(at_ms := ts, event, position := video_position) ORDER BY ts, message_id) AS positions
  FROM video_events
  SEMI JOIN (SELECT * FROM video_views WHERE NOT is_told) AS unsaid USING (video_id, person_id, view_key)
  WHERE video_position IS NOT NULL
  GROUP BY video_id, person_id, view_key
),
-- What the player sends of itself, pausing and leaving included, is how somebody watched, not what they did.
firsts AS (
  SELECT video_id, person_id, view_key, event, min(ts) AS at_ms
  FROM video_events
  WHERE NOT (
    starts_with(event, 'Video Playback ') OR starts_with(event, 'Video Content ')
    OR starts_with(event, 'Video Quality ') OR starts_with(event, 'Video Ad ')
  )
  GROUP BY video_id, person_id, view_key, event
),
acted AS (
  SELECT video_id, person_id, view_key, list(struct_pack(event, at_ms)) AS actions
  FROM firsts
  GROUP BY video_id, person_id, view_key
)
SELECT video_views.* EXCLUDE (view_key, is_told), prior.* EXCLUDE (person_id, t0), acted.actions, silent.positions
FROM video_views
LEFT JOIN acted USING (video_id, person_id, view_key)
LEFT JOIN silent USING (video_id, person_id, view_key)
LEFT JOIN view_behaviour AS prior ON prior.person_id = video_views.person_id AND prior.t0 = video_views.t0;
