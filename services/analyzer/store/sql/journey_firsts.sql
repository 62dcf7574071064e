-- Purpose:    the first view of a video by each person in the window.
-- Parameters: $video (NULL: every video), $from, $to; relation journey_views.
-- Grain:      relation journey_firsts, one row a person and video; `thing` is the hash that stands for the video.

CREATE OR REPLACE TEMP TABLE journey_firsts AS
SELECT video_id, person_id, hash(video_id) AS thing, min(t0) AS t0
FROM journey_views
WHERE video_id = coalesce($video, video_id) AND t0 >= $from AND t0 < $to
GROUP BY video_id, person_id;
