-- Purpose:    one step of each person, drawn by hash: the moment at which somebody who has not viewed is compared.
-- Parameters: $from, $to, $purchase_token, $first_channel (tokens from there on are channels, which open a visit);
--             relations journey_steps, walkers.
-- Grain:      one row a person who stands for all; `steps` says of how many it was drawn, `visit_turn` where its visit
--             began. Texts are hashed, for hashes of two numbers are not spread evenly.

WITH drawn AS (
  SELECT person_no, count(*) AS steps, arg_min({'turn': turn, 'ts': ts}, (hash(person_no || ':' || turn), turn)) AS step
  FROM journey_steps
  WHERE ts >= $from AND ts < $to AND token <> $purchase_token AND token < $first_channel
  GROUP BY person_no
),
visits AS (
  SELECT drawn.person_no, max(journey_steps.turn) AS visit_turn
  FROM drawn
  JOIN journey_steps ON journey_steps.person_no = drawn.person_no AND journey_steps.turn < drawn.step.turn
  WHERE journey_steps.token >= $first_channel
  GROUP BY drawn.person_no
)
SELECT
  drawn.person_no, drawn.step.turn AS turn, drawn.step.ts AS t0, drawn.steps,
  coalesce(visits.visit_turn, -1) AS visit_turn
FROM drawn
JOIN walkers USING (person_no)
LEFT JOIN visits USING (person_no)
WHERE walkers.is_base
ORDER BY drawn.person_no;
