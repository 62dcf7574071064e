-- Purpose:    who the viewers of the chosen views are, when each began, and what they did before.
-- Parameters: relation chosen_views.
-- Grain:      one row a view, in order of video, t0 and person.

SELECT * EXCLUDE (video_id, is_first, is_live, messages, told, lengths, reached, actions, positions)
FROM chosen_views
ORDER BY number, t0, person_id;
