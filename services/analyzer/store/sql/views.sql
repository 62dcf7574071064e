-- Purpose:    who the viewers of the chosen views are, when each began, and what they did before.
-- Parameters: relation chosen_views.
-- Grain:      one row a view, in order of video, t0 and lot; `lot` is a number of the person's own, evenly spread.

SELECT
  * EXCLUDE (video_id, person_id, is_first, is_live, messages, told, lengths, reached, actions, positions),
  hash(person_id) AS lot
FROM chosen_views
ORDER BY number, t0, lot;
