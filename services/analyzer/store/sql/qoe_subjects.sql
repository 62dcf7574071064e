-- Purpose:    adds the first view of each known person, for asking what bad quality cost.
-- Parameters: $report, $video (NULL: of any video), $most persons; relations qoe_views, gathered_subjects.
-- Grain:      one row a person; beyond $most, those whose hash is smallest.

INSERT INTO gathered_subjects BY NAME
WITH viewers AS (
  SELECT DISTINCT person_id
  FROM qoe_views
  WHERE person_id IS NOT NULL AND ($video IS NULL OR video_id = $video)
),
chosen AS (
  SELECT person_id FROM viewers ORDER BY hash(person_id), person_id LIMIT $most
),
firsts AS (
  SELECT *
  FROM qoe_views
  WHERE person_id IN (SELECT person_id FROM chosen) AND ($video IS NULL OR video_id = $video)
  QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY t0, video_id, view_key) = 1
)
SELECT
  $report AS report, person_id, t0, is_started, is_completed, failure, device, connection, cdn, video_id, play_ms,
  coalesce(played_at, -1) AS played_at,
  coalesce(last_seen_at, -1) AS last_seen_at,
  coalesce(stalled_at, -1) AS stalled_at,
  coalesce(startup_ms, given_up_after_ms, -1) AS waited_ms,
  rebuffers
FROM firsts;
