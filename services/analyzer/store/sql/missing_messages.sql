-- Purpose:    add the messages of those persons.
-- Parameters: relations touched_rows, kept.messages.
-- Grain:      one row a message.

INSERT INTO kept.messages
SELECT found.*
FROM (SELECT * FROM events WHERE rowid IN (SELECT place FROM touched_rows)) AS found
ANTI JOIN kept.messages AS present ON present.key_low = found.key_low AND present.key_high = found.key_high;
