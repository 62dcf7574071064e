-- Purpose:    add the messages of persons whose messages nobody has looked for yet, and some of others.
-- Parameters: $site; relations ids_of_persons, kept.messages.
-- Grain:      one row a message. Where they lie is found first: to read all columns of some rows takes a third of the time
--             that finding persons in all of them took.

INSERT INTO kept.messages
WITH places AS (
  SELECT rowid AS place FROM events WHERE site_id = $site AND anonymous_id IN (SELECT id FROM ids_of_persons)
  UNION
  SELECT rowid FROM events WHERE site_id = $site AND user_id IN (SELECT id FROM ids_of_persons)
)
SELECT found.*
FROM (SELECT events.* FROM events JOIN places ON places.place = events.rowid) AS found
ANTI JOIN kept.messages AS present ON present.key_low = found.key_low AND present.key_high = found.key_high;
