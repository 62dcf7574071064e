-- Purpose:    the persons behind user ids of a sheet.
-- Parameters: $site; relation wanted(c0 user id).
-- Grain:      one row a user id that was met.

SELECT user_id, person_id
FROM people
WHERE site_id = $site AND user_id IN (SELECT c0 FROM wanted)
GROUP BY user_id, person_id
ORDER BY user_id, person_id;
