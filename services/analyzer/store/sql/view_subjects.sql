-- Purpose:    the moments before which viewers' behaviour counts: the start of each view that a report may choose.
-- Parameters: $from, $to; relation video_views.
-- Grain:      relation subject_moments, one row a person and time; the first live and the first archive view of each video.

CREATE OR REPLACE TEMP TABLE subject_moments AS
SELECT DISTINCT person_id, t0
FROM (
  SELECT *
  FROM video_views
  WHERE t0 >= $from AND t0 < $to
  QUALIFY row_number() OVER (PARTITION BY video_id, person_id, is_live ORDER BY t0, view_key) = 1
);
