-- Purpose: how often an event happened to each person within a window.
-- Relations in: history, persons. Parameters: {event}, {window} and {where}, conditions on the row.
-- Grain: one row a person to whom it happened.
SELECT h.person_id, count(*) AS times
FROM history AS h
JOIN persons AS p USING (person_id)
WHERE h.event = {event} AND {window} AND {where}
GROUP BY h.person_id
