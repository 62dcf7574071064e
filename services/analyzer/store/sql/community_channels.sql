-- Purpose:    by which channel members came, and what became of them.
-- Parameters: $site, $from, $to, $window_ms (in which a conversion after the first act counts); relations
--             community_members, community_acts, conversions.
-- Grain:      one row a channel: that of the earliest message of a member that tells one. Members are those whose first
--             act lies in the window.

WITH newcomers AS (
  SELECT person_id, first_ts FROM community_members WHERE first_ts >= $from
),
came AS (
  SELECT newcomers.person_id, arg_min(people.channel, (people.ts, people.message_id)) AS channel
  FROM newcomers
  JOIN people ON people.person_id = newcomers.person_id
  WHERE people.site_id = $site AND people.channel IS NOT NULL AND people.ts < $to
  GROUP BY newcomers.person_id
),
spoke AS (
  SELECT DISTINCT person_id FROM community_acts WHERE event IN ('Community Posted', 'Community Replied')
),
converted AS (
  SELECT
    newcomers.person_id, bool_or(conversions.ts > newcomers.first_ts) AS has_converted,
    bool_and(conversions.ts > newcomers.first_ts) AS is_new,
    coalesce(sum(conversions.value) FILTER (conversions.ts > newcomers.first_ts), 0) AS value
  FROM newcomers
  JOIN conversions ON conversions.person_id = newcomers.person_id
  WHERE conversions.ts <= newcomers.first_ts + $window_ms AND conversions.ts < $to
  GROUP BY newcomers.person_id
)
SELECT
  coalesce(came.channel, 'direct') AS channel, count(*) AS members, count(spoke.person_id) AS speakers,
  count(*) FILTER (converted.has_converted) AS converters,
  count(*) FILTER (converted.has_converted AND converted.is_new) AS new_customers,
  coalesce(sum(converted.value), 0) AS value
FROM newcomers
LEFT JOIN came USING (person_id)
LEFT JOIN spoke USING (person_id)
LEFT JOIN converted USING (person_id)
GROUP BY 1
ORDER BY members DESC, channel;
