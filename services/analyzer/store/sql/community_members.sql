-- Purpose:    everybody who ever did something in the community.
-- Parameters: relation community_acts.
-- Grain:      relation community_members, one row a member: place (0, 1, ...), when the first act was and which.

CREATE OR REPLACE TEMP TABLE community_members AS
SELECT row_number() OVER (ORDER BY first_ts, person_id) - 1 AS place, *
FROM (
  SELECT person_id, min(ts) AS first_ts, arg_min(event, (ts, message_id)) AS first_event
  FROM community_acts
  GROUP BY person_id
);
