-- Purpose:    crossings of one score's thresholds, by quarter of an hour: every time zone's days begin at one.
-- Parameters: $site, $event, $score, $from, $to.
-- Grain:      one row a threshold and quarter of an hour.

SELECT
  json_extract_string(properties, '$.threshold_id') AS threshold_id,
  ts // 900000 * 900000 AS quarter,
  count(*) AS crossings
FROM people
WHERE site_id = $site AND event = $event AND ts >= $from AND ts < $to
  AND json_extract_string(properties, '$.score_id') = $score
  AND json_extract_string(properties, '$.threshold_id') IS NOT NULL
GROUP BY ALL
ORDER BY quarter, threshold_id;
