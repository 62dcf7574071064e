-- Purpose:    how long each chosen video is, as the messages of the chosen views say.
-- Parameters: relation chosen_views.
-- Grain:      one row a video: the most frequent length (the longer of two), and the furthest second played or stood at.

WITH lengths AS (
  SELECT number, length, count(*) AS times
  FROM (SELECT number, unnest(lengths) AS length FROM chosen_views)
  GROUP BY number, length
),
likeliest AS (
  SELECT number, arg_max(length, (times, length)) AS length FROM lengths GROUP BY number
),
reaches AS (
  SELECT number, max(reached) AS reached FROM chosen_views GROUP BY number
)
SELECT number, likeliest.length, reaches.reached
FROM reaches
LEFT JOIN likeliest USING (number);
