-- Purpose: the newest value of one trait.
-- Relation in: history. Parameters: {path} (JSON path of the trait's own key). Grain: one row a person who was told it.
SELECT person_id, arg_max(json_extract(traits, {path}), (ts, message_id)) AS trait
FROM history
WHERE type = 'identify' AND json_extract(traits, {path}) IS NOT NULL
GROUP BY person_id
