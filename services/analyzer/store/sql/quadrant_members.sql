-- Purpose:    the persons of one campaign's quadrants.
-- Parameters: $campaign; relation quadrant_persons.
-- Grain:      one row a person.

SELECT
  quadrant, person_id, seconds_to_click, seconds_to_close, sessions, pages,
  coalesce(nullif(device, ''), 'unknown') AS device, coalesce(nullif(channel, ''), 'unknown') AS channel
FROM quadrant_persons
WHERE campaign_id = $campaign
ORDER BY quadrant, person_id;
