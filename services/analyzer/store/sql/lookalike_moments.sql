-- Purpose:    moments to learn from: members a minute before their first trace of the definition (without one: at a
--             step drawn by hash), others a minute before steps drawn by hash, before any trace of their own.
-- Parameters: $from, $to, $most (of either kind); relations seeds, seed_traces, steps.
-- Grain:      relation subjects, one row a moment; a member has one. A minute, for what leads to the last step (the page
--             of an order, say) is part of it.

CREATE OR REPLACE TEMP TABLE subjects AS
WITH traced AS (
  SELECT seeds.person_id, seed_traces.traced_at AS ts
  FROM seeds
  JOIN seed_traces USING (person_id)
  WHERE seed_traces.traced_at >= $from AND seed_traces.traced_at < $to
),
untraced AS (
  SELECT steps.person_id, arg_min(steps.ts, (steps.rank, steps.ts)) AS ts
  FROM steps
  JOIN seeds USING (person_id)
  ANTI JOIN seed_traces USING (person_id)
  GROUP BY steps.person_id
),
members AS (
  SELECT person_id, ts, true AS is_member
  FROM (SELECT * FROM traced UNION ALL SELECT * FROM untraced)
  QUALIFY row_number() OVER (ORDER BY hash(person_id), person_id) <= $most
),
others AS (
  SELECT person_id, ts, false AS is_member
  FROM (
    SELECT DISTINCT steps.person_id, steps.ts, steps.rank
    FROM steps
    LEFT JOIN seed_traces USING (person_id)
    ANTI JOIN seeds USING (person_id)
    WHERE seed_traces.traced_at IS NULL OR steps.ts < seed_traces.traced_at
  )
  QUALIFY row_number() OVER (ORDER BY rank, person_id, ts) <= $most
)
SELECT row_number() OVER (ORDER BY ts, person_id, is_member) - 1 AS place, person_id, ts - 60000 AS t0, is_member
FROM (SELECT * FROM members UNION ALL SELECT * FROM others);
