-- Purpose:    one step of each person, drawn by hash: the moment at which somebody who did not view is compared.
-- Parameters: $from, $to, $purchase_token, $first_channel (tokens from there on are channels); relations journey_steps,
--             walkers.
-- Grain:      one row a person; `rank` orders persons by hash.

CREATE OR REPLACE TEMP TABLE journey_moments AS
WITH drawn AS (
  SELECT person_no, turn, ts AS t0, visit_step
  FROM journey_steps
  WHERE ts >= $from AND ts < $to AND token <> $purchase_token AND token < $first_channel
  QUALIFY row_number() OVER (PARTITION BY person_no ORDER BY hash(ts, turn), turn) = 1
)
SELECT drawn.*, walkers.person_id, walkers.first_ts, hash(walkers.person_id) AS rank
FROM drawn
JOIN walkers USING (person_no);
