-- Purpose:    what came in last, for the console's live page.
-- Parameters: $site; $after (ms, exclusive); $most rows.
-- Grain:      one row a message, newest first.
SELECT message_id, type, event, anonymous_id, user_id, ts, received_at, page_path, video_id, video_position,
  device_type, channel, bot, internal, campaign_id
FROM events
WHERE site_id = $site AND received_at > $after
ORDER BY received_at DESC, message_id
LIMIT $most
