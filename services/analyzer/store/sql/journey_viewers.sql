-- Purpose:    the first view of a video by each followed person in the window.
-- Parameters: relations journey_firsts, walkers.
-- Grain:      one row a person and video.

SELECT journey_firsts.thing, walkers.person_no, journey_firsts.t0
FROM journey_firsts
JOIN walkers USING (person_id)
ORDER BY journey_firsts.thing, journey_firsts.t0, walkers.person_no;
