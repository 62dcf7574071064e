-- Purpose:    one step of each person, drawn by hash: the moment at which somebody who has not viewed is compared.
-- Parameters: $from, $to, $purchase_token, $first_channel (tokens from there on are channels, which open a visit);
--             relations journey_steps, followed.
-- Grain:      one row a person who stands for all; `steps` says of how many it was drawn, `visit_turn` where its visit
--             began. Texts are hashed, for hashes of two numbers are not spread evenly.

CREATE OR REPLACE TEMP TABLE journey_moments AS
WITH drawn AS (
  SELECT
    person_id, count(*) AS steps, arg_min({'turn': turn, 'ts': ts}, (hash(person_id || ':' || turn), turn)) AS step
  FROM journey_steps
  WHERE ts >= $from AND ts < $to AND token <> $purchase_token AND token < $first_channel
    AND person_id IN (SELECT person_id FROM followed WHERE is_base)
  GROUP BY person_id
),
visits AS (
  SELECT drawn.person_id, max(journey_steps.turn) AS visit_turn
  FROM drawn
  JOIN journey_steps ON journey_steps.person_id = drawn.person_id AND journey_steps.turn < drawn.step.turn
  WHERE journey_steps.token >= $first_channel
  GROUP BY drawn.person_id
)
SELECT
  drawn.person_id, drawn.step.turn AS turn, drawn.step.ts AS t0, drawn.steps,
  coalesce(visits.visit_turn, -1) AS visit_turn
FROM drawn
LEFT JOIN visits USING (person_id);
