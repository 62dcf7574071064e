-- Purpose:    where the playhead stood at each event of those chosen views whose player reports no ranges.
-- Parameters: relation view_events.
-- Grain:      one row an event with a position.

SELECT place, ts AS at_ms, event, video_position AS position
FROM view_events
WHERE video_position IS NOT NULL
  AND place NOT IN (SELECT place FROM view_events WHERE played IS NOT NULL)
ORDER BY place, ts, message_id;
