-- Purpose:    the videos that customers posted in the community, as the first post of each tells of it.
-- Parameters: $site.
-- Grain:      one row a video, the oldest first. None that pages had played before anybody posted it: it is the shop's.

WITH told AS (
  SELECT
    received_at, message_id, user_id, anonymous_id,
    coalesce(
      json_extract_string(properties, '$.content_asset_id'),
      json_extract_string(properties, '$.asset_id'),
      json_extract_string(properties, '$.video_id')
    ) AS video_id,
    coalesce(json_extract_string(properties, '$.video_title'), json_extract_string(properties, '$.title')) AS title,
    coalesce(json_extract_string(properties, '$.video_src'), json_extract_string(properties, '$.src')) AS src,
    json_extract_string(properties, '$.product_id') AS product_id
  FROM events
  WHERE site_id = $site AND event = 'Community Posted' AND NOT bot
),
firsts AS (
  SELECT *
  FROM told
  WHERE length(video_id) BETWEEN 1 AND 256
  QUALIFY row_number() OVER (PARTITION BY video_id ORDER BY received_at, message_id) = 1
),
met AS (
  SELECT video_id, min(received_at) AS met_at
  FROM events
  WHERE site_id = $site AND NOT bot AND video_id IN (SELECT video_id FROM firsts)
  GROUP BY video_id
)
SELECT firsts.video_id, firsts.title, firsts.src, firsts.product_id, firsts.user_id, firsts.anonymous_id
FROM firsts
LEFT JOIN met USING (video_id)
WHERE met.met_at IS NULL OR met.met_at >= firsts.received_at
ORDER BY firsts.received_at, firsts.message_id;
