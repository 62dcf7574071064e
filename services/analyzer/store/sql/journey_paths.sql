-- Purpose:    the most visited paths of a time.
-- Parameters: $site, $from, $to.
-- Grain:      one row a path, the most visited first: how often.

SELECT page_path, count(*)
FROM events
WHERE site_id = $site AND NOT bot AND NOT internal AND ts >= $from AND ts < $to
  AND type IN ('page', 'screen') AND page_path IS NOT NULL
GROUP BY page_path
ORDER BY count(*) DESC, page_path
LIMIT 20000;
