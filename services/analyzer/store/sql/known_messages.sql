-- Purpose:    which of the incoming messages are stored already.
-- Parameters: relation incoming_keys(key_high, key_low, place).
-- Grain:      one row a known message: its place.

SELECT DISTINCT incoming_keys.place
FROM events
JOIN incoming_keys ON events.key_low = incoming_keys.key_low AND events.key_high = incoming_keys.key_high;
