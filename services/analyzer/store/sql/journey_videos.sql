-- Purpose:    the videos viewed in the window.
-- Parameters: relation journey_firsts.
-- Grain:      one row a video: its hash, and how many viewed it.

SELECT video_id, thing, count(*) FROM journey_firsts GROUP BY video_id, thing;
