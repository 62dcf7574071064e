-- Purpose:    how long the video is, as its events say.
-- Parameters: relation view_events.
-- Grain:      one row: the most frequent length (the longer of two), and the furthest second played or stood at.

SELECT
  (SELECT video_length FROM view_events WHERE video_length > 0
   GROUP BY video_length ORDER BY count(*) DESC, video_length DESC LIMIT 1) AS length,
  (SELECT max(reached) FROM (
     SELECT greatest(coalesce(list_max(list_transform(played, lambda range: range[2])), 0),
                     coalesce(video_position, 0)) AS reached
     FROM view_events
   )) AS reached;
