-- Purpose:    members by their first days, and when they became loyal.
-- Parameters: $site, $from, $to, $landmark_ms (length of the first days), $orders (conversions that make one loyal),
--             $most (persons); relations community_members, conversions.
-- Grain:      relation community_newcomers, one row a member whose first act lies in the window and who was not loyal
--             before, numbered. Of more than $most a part is taken, by a hash of the person. first_at: when loyal.

CREATE OR REPLACE TEMP TABLE community_newcomers AS
WITH became AS (
  SELECT person_id, ts AS first_at
  FROM conversions
  WHERE ts < $to
  QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY ts, message_id) = $orders
),
chosen AS (
  SELECT community_members.person_id, community_members.first_ts AS began, became.first_at
  FROM community_members
  LEFT JOIN became USING (person_id)
  WHERE community_members.first_ts >= $from AND coalesce(became.first_at >= community_members.first_ts, true)
  QUALIFY row_number() OVER (ORDER BY md5(community_members.person_id), community_members.person_id) <= $most
),
early AS (
  SELECT
    chosen.person_id,
    count(DISTINCT coalesce(people.session_id, CAST(people.ts // 1800000 AS VARCHAR))) AS sessions,
    count(*) FILTER (people.event IN ('page', 'screen')) AS pages,
    count(DISTINCT people.ts // 86400000) AS days,
    arg_min(people.channel, (people.ts, people.message_id)) FILTER (people.channel IS NOT NULL) AS channel,
    arg_min(people.device_type, (people.ts, people.message_id)) FILTER (people.device_type IS NOT NULL) AS device
  FROM chosen
  JOIN people
    ON people.person_id = chosen.person_id AND people.ts >= chosen.began
    AND people.ts < chosen.began + $landmark_ms AND people.ts < $to
  WHERE people.site_id = $site
  GROUP BY chosen.person_id
),
bought AS (
  SELECT chosen.person_id, count(*) AS orders
  FROM chosen
  JOIN conversions ON conversions.person_id = chosen.person_id AND conversions.ts < chosen.began + $landmark_ms
  GROUP BY chosen.person_id
)
SELECT
  row_number() OVER (ORDER BY chosen.began, chosen.person_id) - 1 AS place,
  chosen.*, early.* EXCLUDE (person_id), coalesce(bought.orders, 0) AS orders
FROM chosen
JOIN early USING (person_id)
LEFT JOIN bought USING (person_id);
