-- Purpose:    forget what was noted up to a turn; the newest note stays, for turns are counted on from it.
-- Parameters: $turn.
-- Grain:      one row a site, id and turn.

DELETE FROM touched WHERE turn <= $turn AND turn < (SELECT max(turn) FROM touched);
