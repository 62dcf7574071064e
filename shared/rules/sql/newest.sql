-- Purpose: the newest device and language of each person.
-- Relation in: history. Parameters: none. Grain: one row a person.
SELECT
    person_id,
    arg_max(device_type, (ts, message_id)) AS device_type,
    arg_max(locale, (ts, message_id)) AS locale
FROM history
GROUP BY person_id
