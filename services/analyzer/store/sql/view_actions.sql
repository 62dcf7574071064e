-- Purpose:    what viewers did in the chosen views, and when first.
-- Parameters: relation view_events.
-- Grain:      one row a view and event name. What the player sends of itself, pausing and leaving included, is how
--             somebody watched, not what they did.

SELECT event, place, min(ts) AS at_ms
FROM view_events
WHERE NOT (
  starts_with(event, 'Video Playback ') OR starts_with(event, 'Video Content ')
  OR starts_with(event, 'Video Quality ') OR starts_with(event, 'Video Ad ')
)
GROUP BY event, place
ORDER BY place, event;
