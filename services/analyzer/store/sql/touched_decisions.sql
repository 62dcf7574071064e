-- Purpose:    the decisions about touched persons, under whatever id they were made.
-- Parameters: $site; relation touched_persons.
-- Grain:      relation touched_decisions, one row a decision; some of others who share an id with a touched person.

CREATE OR REPLACE TEMP TABLE touched_decisions AS
WITH merged AS (
  SELECT person_id AS id FROM touched_persons
  UNION
  SELECT previous_id FROM user_merges WHERE site_id = $site AND user_id IN (FROM touched_persons)
),
named AS (
  SELECT id FROM merged
  UNION
  SELECT anonymous_id FROM identity_links WHERE site_id = $site AND user_id IN (FROM merged)
)
SELECT * FROM decisions WHERE site_id = $site AND (anonymous_id IN (FROM named) OR user_id IN (FROM named));
