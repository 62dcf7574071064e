-- Purpose:    the user agents of the views, whose browsers are to be named.
-- Parameters: relation qoe_sums.
-- Grain:      one row a user agent; the most frequent hundred thousand.

SELECT user_agent
FROM qoe_sums
WHERE user_agent IS NOT NULL
GROUP BY user_agent
ORDER BY count(*) DESC, user_agent
LIMIT 100000;
