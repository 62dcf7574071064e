-- Purpose:    the visits of buyers.
-- Parameters: $site, $from, $until; relation buyers.
-- Grain:      relation buyer_visits, one row a session with a page, a product or a video in it: when it began. Messages
--             without a session id make one as long as less than 30 minutes lie between them. A day before the window
--             is read with it, so that the visit of a purchase is known to have begun before it.

CREATE OR REPLACE TEMP TABLE buyer_visits AS
WITH touched AS NOT MATERIALIZED (
  SELECT
    buyers.person_id, people.ts, people.message_id, people.session_id,
    people.type IN ('page', 'screen') OR people.event = 'Product Viewed' OR people.event LIKE 'Video %' AS looks
  FROM people
  JOIN buyers ON buyers.person_id = people.person_id
  WHERE people.site_id = $site AND people.ts >= $from - 86400000 AND people.ts < $until
),
unnamed AS (
  SELECT
    person_id, ts, message_id, looks,
    CASE WHEN ts - lag(ts) OVER (PARTITION BY person_id ORDER BY ts, message_id) < 1800000 THEN 0 ELSE 1 END AS opens
  FROM touched
  WHERE session_id IS NULL
),
keyed AS (
  SELECT person_id, ts, looks, session_id, 0 AS opened FROM touched WHERE session_id IS NOT NULL
  UNION ALL
  SELECT
    person_id, ts, looks, NULL, CAST(sum(opens) OVER (PARTITION BY person_id ORDER BY ts, message_id) AS INTEGER)
  FROM unnamed
)
SELECT person_id, min(ts) AS start_at
FROM keyed
GROUP BY person_id, session_id, opened
HAVING bool_or(looks);
