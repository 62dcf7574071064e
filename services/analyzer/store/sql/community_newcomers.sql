-- Purpose:    members by their first days, and when they became loyal.
-- Parameters: $site, $from, $to, $landmark_ms (length of the first days), $orders (conversions that make one loyal),
--             $most (persons); relations community_acts, community_members, conversions.
-- Grain:      relation community_newcomers, one row a member whose first act lies in the window and who was not loyal
--             before, numbered. Of more than $most a part is taken, by a hash of the person. first_at: when loyal.
--             sessions, pages and days are those of the first days with anything besides acts in the community: what is
--             compared must not stand among what is held alike.

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
besides AS (
  SELECT
    chosen.person_id, people.ts, people.message_id, people.event, people.session_id, people.channel,
    people.device_type, people.event NOT IN (SELECT DISTINCT event FROM community_acts) AS is_besides
  FROM chosen
  JOIN people
    ON people.person_id = chosen.person_id AND people.ts >= chosen.began
    AND people.ts < chosen.began + $landmark_ms AND people.ts < $to
  WHERE people.site_id = $site
),
early AS (
  SELECT
    person_id,
    count(DISTINCT coalesce(session_id, CAST(ts // 1800000 AS VARCHAR))) FILTER (is_besides) AS sessions,
    count(*) FILTER (event IN ('page', 'screen')) AS pages,
    count(DISTINCT ts // 86400000) FILTER (is_besides) AS days,
    arg_min(channel, (ts, message_id)) FILTER (channel IS NOT NULL) AS channel,
    arg_min(device_type, (ts, message_id)) FILTER (device_type IS NOT NULL) AS device
  FROM besides
  GROUP BY person_id
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
