-- Purpose:    moments to learn from: members just after their last step that is a minute or more before their first
--             trace of the definition (without one: after a step drawn by hash), others just after steps drawn by hash,
--             a minute before any trace of their own.
-- Parameters: $from, $to, $most (members), $controls; relations seeds, seed_traces, steps.
-- Grain:      relation subjects, one row a moment; a member has one. A minute, for what leads to the last step (the page
--             of an order, say) is part of it. For each member there are $controls moments of others who had made as
--             many steps, or likeness would be having come far; members without like others, or any step, are left out.

CREATE OR REPLACE TEMP TABLE subjects AS
WITH traced AS (
  SELECT seeds.person_id, seed_traces.traced_at - 60000 AS t0
  FROM seeds
  JOIN seed_traces USING (person_id)
  WHERE seed_traces.traced_at >= $from AND seed_traces.traced_at < $to
),
untraced AS (
  SELECT steps.person_id, arg_min(steps.ts, (steps.rank, steps.ts)) + 1 AS t0
  FROM steps
  JOIN seeds USING (person_id)
  ANTI JOIN seed_traces USING (person_id)
  GROUP BY steps.person_id
),
joined AS (
  SELECT moments.person_id, max(steps.ts) + 1 AS t0, max(steps.steps) AS steps
  FROM (SELECT * FROM traced UNION ALL SELECT * FROM untraced) AS moments
  JOIN steps ON steps.person_id = moments.person_id AND steps.ts < moments.t0
  GROUP BY moments.person_id
),
apart AS (
  SELECT steps.person_id, steps.ts + 1 AS t0, steps.steps, steps.rank
  FROM steps
  LEFT JOIN seed_traces USING (person_id)
  ANTI JOIN seeds USING (person_id)
  WHERE seed_traces.traced_at IS NULL OR steps.ts < seed_traces.traced_at - 60000
),
room AS (
  SELECT steps, least(members.moments, others.moments // $controls) AS members
  FROM (SELECT steps, count(*) AS moments FROM joined GROUP BY steps) AS members
  JOIN (SELECT steps, count(*) AS moments FROM apart GROUP BY steps) AS others USING (steps)
),
members AS (
  SELECT joined.person_id, joined.t0, true AS is_member
  FROM joined
  JOIN room USING (steps)
  QUALIFY row_number() OVER (PARTITION BY joined.steps ORDER BY hash(joined.person_id), joined.person_id) <= room.members
),
others AS (
  SELECT apart.person_id, apart.t0, false AS is_member
  FROM apart
  JOIN room USING (steps)
  QUALIFY
    row_number() OVER (PARTITION BY apart.steps ORDER BY apart.rank, apart.person_id, apart.t0)
      <= $controls * room.members
),
bounded AS (
  SELECT *
  FROM (SELECT * FROM members UNION ALL SELECT * FROM others)
  QUALIFY row_number() OVER (PARTITION BY is_member ORDER BY hash(person_id || ':' || t0), person_id, t0)
    <= CASE WHEN is_member THEN $most ELSE $most * $controls END
)
SELECT row_number() OVER (ORDER BY t0, person_id, is_member) - 1 AS place, person_id, t0, is_member FROM bounded;
