-- Purpose:    how often each event comes.
-- Parameters: $site, $from, $to.
-- Grain:      one row an event.

SELECT event
FROM events
WHERE site_id = $site AND NOT bot AND NOT internal AND ts >= $from AND ts < $to
  AND type = 'track' AND NOT starts_with(event, 'Video ')
GROUP BY event
ORDER BY count(*) DESC, event;
