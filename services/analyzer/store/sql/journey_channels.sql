-- Purpose:    the channels by which people came.
-- Parameters: relation journey_events.
-- Grain:      one row a channel.

SELECT DISTINCT 'channel:' || coalesce(channel, 'direct') FROM journey_events;
