-- Purpose:    the channels by which people came.
-- Parameters: $site, $from, $to.
-- Grain:      one row a channel.

SELECT DISTINCT channel
FROM events
WHERE site_id = $site AND NOT bot AND NOT internal AND ts >= $from AND ts < $to
  AND channel IS NOT NULL
ORDER BY channel;
