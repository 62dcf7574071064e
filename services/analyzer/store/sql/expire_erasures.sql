-- Purpose:    forget erasures so old that nothing received before them can still come in.
-- Parameters: $before.
-- Grain:      one row an erasure.

DELETE FROM erasures WHERE erased_at < $before;
