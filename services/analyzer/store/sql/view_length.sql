-- Purpose:    how long each chosen video is, as its events say.
-- Parameters: relation view_events.
-- Grain:      one row a video: the most frequent length (the longer of two), and the furthest second played or stood at.

WITH lengths AS (
  SELECT number, video_length, count(*) AS times FROM view_events WHERE video_length > 0 GROUP BY number, video_length
),
likeliest AS (
  SELECT number, arg_max(video_length, (times, video_length)) AS length FROM lengths GROUP BY number
),
reaches AS (
  SELECT
    number,
    max(greatest(coalesce(list_max(list_transform(played, lambda range: range[2])), 0), coalesce(video_position, 0)))
      AS reached
  FROM view_events
  GROUP BY number
)
SELECT number, likeliest.length, reaches.reached
FROM reaches
LEFT JOIN likeliest USING (number);
