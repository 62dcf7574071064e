-- Purpose:    who was shown a survey and who answered it, each with the video it is about.
-- Parameters: $site, $campaign, $from, $to, $video_ms (how long before a message a video may have been seen last);
--             relation variant_videos(c0 variant, c1 the video it names, or '').
-- Grain:      relation survey_messages, one row a message. The video is the variant's own, else the one that the person
--             did something with last.

CREATE OR REPLACE TEMP TABLE survey_messages AS
WITH told AS (
  SELECT
    person_id, ts, message_id, variant_id, event = 'Prompt Answered' AS is_answer,
    CASE WHEN event = 'Prompt Answered' THEN json_extract(properties, '$.answers') END AS answers
  FROM people
  WHERE site_id = $site AND event IN ('Prompt Shown', 'Prompt Answered') AND campaign_id = $campaign
    AND ts >= $from AND ts < $to AND person_id IS NOT NULL
),
viewed AS (
  SELECT person_id, ts, arg_max(video_id, message_id) AS video_id
  FROM people
  WHERE site_id = $site AND video_id IS NOT NULL AND event NOT LIKE 'Video Ad %'
    AND ts >= $from - $video_ms AND ts < $to
    AND person_id IN (SELECT person_id FROM told)
  GROUP BY person_id, ts
)
SELECT
  told.*,
  coalesce(
    nullif(variant_videos.c1, ''), CASE WHEN viewed.ts >= told.ts - $video_ms THEN viewed.video_id END
  ) AS video_id
FROM told
ASOF LEFT JOIN viewed ON told.person_id = viewed.person_id AND told.ts >= viewed.ts
LEFT JOIN variant_videos ON variant_videos.c0 = told.variant_id;
