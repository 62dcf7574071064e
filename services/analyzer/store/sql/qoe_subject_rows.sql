-- Purpose:    what is known of the first views.
-- Parameters: relation subjects.
-- Grain:      one row a person, by place.

SELECT
  person_id, t0, is_started, is_completed, failure, device, connection, cdn, video_id, play_ms,
  coalesce(played_at, -1) AS played_at,
  coalesce(last_seen_at, -1) AS last_seen_at,
  coalesce(stalled_at, -1) AS stalled_at,
  coalesce(startup_ms, given_up_after_ms, -1) AS waited_ms,
  rebuffers
FROM subjects
ORDER BY place;
