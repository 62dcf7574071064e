-- Purpose:    what persons did, by the names under which behaviours are compared.
-- Parameters: $site, $from, $to, $event (the goal's own, left out), $engaged_s (seconds that make a view engaged);
--             relations video_kinds(c0 video id, c1 kind), factor_near.
-- Grain:      relation acts, one row an act of a person: events, groups of pages, channels, engaged views of each video
--             and of each kind of video, likes and comments of each video.

CREATE OR REPLACE TEMP TABLE acts AS
WITH seen AS NOT MATERIALIZED (
  SELECT person_id, ts, type, event, session_id, channel, page_path, video_id, video_session, played
  FROM people
  WHERE site_id = $site AND ts >= $from AND ts < $to AND person_id IN (SELECT person_id FROM factor_near)
),
viewed AS (
  SELECT person_id, video_id, min(ts) AS ts
  FROM seen
  WHERE video_id IS NOT NULL
  GROUP BY person_id, video_id, video_session
  HAVING sum(list_sum(list_transform(played, lambda one: one[2] - one[1]))) >= $engaged_s
)
SELECT person_id, ts, 'event:' || event AS behaviour
FROM seen
WHERE type = 'track' AND event <> $event
  AND event NOT LIKE 'Video Playback %' AND event NOT LIKE 'Video Content %' AND event NOT LIKE 'Video Quality %'
  AND event NOT LIKE 'Video Ad %' AND event NOT LIKE 'Prompt %'
  AND event NOT IN ('Order Completed', 'Order Refunded', 'Score Threshold Crossed')
UNION ALL
SELECT person_id, ts, 'page:/' || split_part(ltrim(page_path, '/'), '/', 1)
FROM seen
WHERE event IN ('page', 'screen') AND page_path IS NOT NULL
UNION ALL
SELECT person_id, ts, 'channel:' || channel
FROM seen
WHERE channel IS NOT NULL
UNION ALL
SELECT person_id, ts, 'video:' || video_id || '#' || event
FROM seen
WHERE video_id IS NOT NULL AND event IN ('Video Liked', 'Video Commented')
UNION ALL
SELECT person_id, ts, 'video:' || video_id FROM viewed
UNION ALL
SELECT viewed.person_id, viewed.ts, 'video_kind:' || video_kinds.c1
FROM viewed
JOIN video_kinds ON video_kinds.c0 = viewed.video_id
WHERE video_kinds.c1 IS NOT NULL;
