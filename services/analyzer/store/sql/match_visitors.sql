-- Purpose:    the persons that visitors of a sheet are now.
-- Parameters: $site; relation wanted(c0 visitor id).
-- Grain:      one row a visitor that was met: of several users whose browser it was, the newest.

SELECT anonymous_id, arg_max(person_id, (ts, message_id)) AS person_id
FROM people
WHERE site_id = $site AND anonymous_id IN (SELECT c0 FROM wanted)
GROUP BY anonymous_id
ORDER BY anonymous_id;
