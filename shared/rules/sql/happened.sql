-- Purpose: how often an event happened to each person within a window.
-- Relation in: history. Parameters: {event}, {window} and {where}, conditions on the row.
-- Grain: one row a person to whom it happened.
SELECT h.person_id, count(*) AS times
FROM history AS h
WHERE h.event = {event} AND {window} AND {where}
GROUP BY h.person_id
