-- Purpose:    when customers who bought twice became advocates.
-- Parameters: $site, $to, $events (which recommend), $acts: how many of them, from the second order on, make an
--             advocate; relation conversions.
-- Grain:      relation advocates, one row an advocate: the time of the act that made them one.

CREATE OR REPLACE TEMP TABLE advocates AS
WITH repeats AS (
  SELECT person_id, min(ts, 2)[2] AS repeat_at
  FROM conversions
  WHERE ts < $to
  GROUP BY person_id
  HAVING count(*) > 1
),
acts AS (
  SELECT people.person_id, people.ts, people.message_id
  FROM people
  JOIN repeats ON repeats.person_id = people.person_id AND people.ts >= repeats.repeat_at
  WHERE people.site_id = $site AND people.type = 'track' AND people.ts < $to AND list_contains($events, people.event)
)
SELECT person_id, ts AS at
FROM acts
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY ts, message_id) = $acts;
