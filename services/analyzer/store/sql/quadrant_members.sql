-- Purpose:    the persons of one campaign's quadrants.
-- Parameters: $campaign, $quadrants, $devices, $channels (names, which are told by their place); relation
--             quadrant_persons.
-- Grain:      one row a person, in any order: to sort them all takes longer than to find the few that are named.

SELECT
  list_position($quadrants, quadrant) - 1 AS quadrant, person_id, seconds_to_click, seconds_to_close, sessions, pages,
  list_position($devices, coalesce(nullif(device, ''), 'unknown')) - 1 AS device,
  list_position($channels, coalesce(nullif(channel, ''), 'unknown')) - 1 AS channel
FROM quadrant_persons
WHERE campaign_id = $campaign;
