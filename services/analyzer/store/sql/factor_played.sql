-- Purpose:    what the compared persons played of the videos of which a part was found.
-- Parameters: $site, $from, $to; relations factor_persons, stretch_videos(c0 video id).
-- Grain:      one row a played range.

SELECT factor_persons.place, told.video_id, told.ts, told.range[1] AS "start", told.range[2] AS "end"
FROM (
  SELECT person_id, video_id, ts, unnest(played) AS range
  FROM people
  WHERE site_id = $site AND ts >= $from AND ts < $to AND played IS NOT NULL AND event NOT LIKE 'Video Ad %'
    AND video_id IN (SELECT c0 FROM stretch_videos)
) AS told
JOIN factor_persons ON factor_persons.person_id = told.person_id
ORDER BY told.video_id, factor_persons.place, told.ts;
