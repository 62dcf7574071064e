-- Purpose:    store the incoming decisions that are not stored yet.
-- Parameters: relation incoming(c0 decision_id, c1 site_id, ...), in the order of the table's columns.
-- Grain:      one row a decision.

INSERT INTO decisions
SELECT
  c0, c1, c2, c3, c4, CAST(c5 AS BIGINT), c6, c7, CAST(c8 AS BIGINT), CAST(c9 AS JSON), CAST(c10 AS JSON)
FROM incoming
WHERE NOT EXISTS (
  SELECT 1 FROM decisions
  WHERE decisions.decision_id = incoming.c0 AND decisions.site_id = incoming.c1
);
