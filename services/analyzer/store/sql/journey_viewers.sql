-- Purpose:    the first view of a video by each followed person in the window.
-- Parameters: relations journey_firsts, walkers.
-- Grain:      one row a person and video, in order of the video's hash and time.

SELECT thing, hash(person_id) AS lot, t0
FROM journey_firsts
WHERE person_id IN (SELECT person_id FROM walkers)
ORDER BY thing, t0, lot;
