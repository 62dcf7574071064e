-- Purpose:    remember that an id was erased, for what was received before and comes in late.
-- Parameters: $high, $low (halves of the id's hash), $at.
-- Grain:      one row an erasure; `is_swept` once the table of messages was written anew without what was erased.

INSERT INTO erasures VALUES ($high, $low, $at, false);
