-- Purpose:    where the messages lie that may be those of persons whose messages nobody has looked for yet.
-- Parameters: $site; relation missing_persons.
-- Grain:      relation touched_rows, one row a message. A message may turn out to be another's: a visitor was several
--             users. To read all columns of some rows takes a third of the time that finding persons in all of them took.

CREATE OR REPLACE TEMP TABLE touched_rows AS
WITH users AS (
  SELECT person_id AS id FROM missing_persons
  UNION
  SELECT previous_id FROM user_merges WHERE site_id = $site AND user_id IN (SELECT person_id FROM missing_persons)
),
ids AS (
  SELECT id FROM users
  UNION
  SELECT anonymous_id FROM identity_links WHERE site_id = $site AND user_id IN (SELECT id FROM users)
)
SELECT rowid AS place FROM events WHERE site_id = $site AND anonymous_id IN (SELECT id FROM ids)
UNION
SELECT rowid FROM events WHERE site_id = $site AND user_id IN (SELECT id FROM ids);
