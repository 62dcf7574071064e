-- Purpose:    the ids under which messages and decisions about some persons came.
-- Parameters: $site; {persons}: a relation of them.
-- Grain:      relation ids_of_persons, one row an id; some were somebody else's at another time.

CREATE OR REPLACE TEMP TABLE ids_of_persons AS
WITH users AS (
  SELECT person_id AS id FROM {persons}
  UNION
  SELECT previous_id FROM user_merges WHERE site_id = $site AND user_id IN (SELECT person_id FROM {persons})
)
SELECT id FROM users
UNION
SELECT anonymous_id FROM identity_links WHERE site_id = $site AND user_id IN (SELECT id FROM users);
