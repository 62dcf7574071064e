-- Purpose:    the newest value of one trait, as text; a group of a question.
-- Parameters: $site, $to, $trait_key (JSON path of the trait's own key), $trait (JSON path below it).
-- Grain:      one row a person who was told it before the window's end.

SELECT person_id, json_extract_string(arg_max(json_extract(traits, $trait_key), (ts, message_id)), $trait) AS told
FROM people
WHERE site_id = $site AND person_id IS NOT NULL AND type = 'identify' AND ts < $to
  AND json_extract(traits, $trait_key) IS NOT NULL
GROUP BY person_id
