-- Purpose:    the first view of a video by each followed person in the window.
-- Parameters: $most; relations journey_firsts, walkers.
-- Grain:      one row a person and video, of each video at most $most persons by hash.

SELECT journey_firsts.thing, walkers.person_no, journey_firsts.t0
FROM journey_firsts
JOIN walkers USING (person_id)
QUALIFY row_number() OVER (PARTITION BY thing ORDER BY hash(person_id), person_id) <= $most
ORDER BY journey_firsts.thing, journey_firsts.t0, walkers.person_no;
