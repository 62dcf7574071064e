-- Purpose:    whether anything was erased since the table of messages was last written anew.
-- Parameters: none.
-- Grain:      one row.

SELECT count(*) > 0 FROM erasures WHERE NOT is_swept;
