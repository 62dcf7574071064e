-- Purpose:    the first view of each known person, for asking what bad quality cost.
-- Parameters: $video (NULL: of any video), $most persons; relation qoe_views.
-- Grain:      one row a person; beyond $most, those whose hash is smallest.

CREATE OR REPLACE TEMP TABLE subjects AS
WITH firsts AS (
  SELECT *
  FROM qoe_views
  WHERE person_id IS NOT NULL AND ($video IS NULL OR video_id = $video)
  QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY t0, video_id, view_key) = 1
),
kept AS (
  SELECT * FROM firsts ORDER BY md5(person_id), person_id LIMIT $most
)
SELECT row_number() OVER (ORDER BY t0, person_id) - 1 AS place, * FROM kept;
