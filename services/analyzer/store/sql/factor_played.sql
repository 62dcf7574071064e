-- Purpose:    what the compared persons played, by their numbers.
-- Parameters: relations factor_watched, factor_persons.
-- Grain:      one row a played range.

SELECT factor_persons.place, watched.video_id, watched.ts, watched."start", watched."end"
FROM factor_watched AS watched
JOIN factor_persons ON factor_persons.person_id = watched.person_id
ORDER BY watched.video_id, factor_persons.place, watched.ts;
