-- Purpose:    the touches of each path, with the conversion that it led to.
-- Parameters: $from, $to, $lookback_ms, $collapse (whether a touch right after the same one is one with it), $most
--             (touches of a path that count, the newest); relations touches, conversions.
-- Grain:      relation path_touches, one row a touch of a path. A touch belongs to the next conversion of its person
--             within the lookback; touches that none follows are a path that did not convert. age_days is the time to the
--             conversion, else to the path's last touch. A conversion that nothing touched has the one touch unknown.

CREATE OR REPLACE TEMP TABLE path_touches AS
WITH goals AS (
  SELECT person_id, ts, message_id, value FROM conversions WHERE ts >= $from AND ts < $to
),
joined AS (
  SELECT
    touches.person_id, touches.ts, touches.turn, touches.touch,
    goals.ts AS converted_at, goals.message_id AS conversion_id
  FROM touches
  ASOF LEFT JOIN goals ON goals.person_id = touches.person_id AND goals.ts >= touches.ts
),
bounded AS (
  SELECT * FROM joined
  WHERE (conversion_id IS NULL AND ts >= $from) OR (conversion_id IS NOT NULL AND converted_at - ts <= $lookback_ms)
),
marked AS (
  SELECT
    *,
    touch IS DISTINCT FROM lag(touch) OVER (PARTITION BY person_id, conversion_id ORDER BY ts, turn, touch) AS is_new
  FROM bounded
),
recent AS (
  SELECT * FROM marked
  WHERE is_new OR NOT $collapse
  QUALIFY row_number() OVER (PARTITION BY person_id, conversion_id ORDER BY ts DESC, turn DESC, touch DESC) <= $most
)
SELECT
  person_id, conversion_id, ts, turn, touch,
  (coalesce(converted_at, max(ts) OVER (PARTITION BY person_id, conversion_id)) - ts) / 86400000.0 AS age_days
FROM recent
UNION ALL
SELECT goals.person_id, goals.message_id, goals.ts, 0, 'unknown', 0
FROM goals
WHERE goals.message_id NOT IN (SELECT conversion_id FROM recent WHERE conversion_id IS NOT NULL);
