-- Purpose:    what persons played of the videos of which a part was found.
-- Parameters: $site, $from, $to; relations factor_near, stretch_videos(c0 video id).
-- Grain:      relation factor_watched, one row a played range.

CREATE OR REPLACE TEMP TABLE factor_watched AS
SELECT told.person_id, told.video_id, told.ts, told.range[1] AS "start", told.range[2] AS "end"
FROM (
  SELECT person_id, video_id, ts, unnest(played) AS range
  FROM people
  WHERE site_id = $site AND ts >= $from AND ts < $to AND played IS NOT NULL AND event NOT LIKE 'Video Ad %'
    AND video_id IN (SELECT c0 FROM stretch_videos)
) AS told
JOIN factor_near ON factor_near.person_id = told.person_id;
