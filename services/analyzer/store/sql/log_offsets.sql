-- Purpose:    how far the log is stored.
-- Parameters: none.
-- Grain:      one row a partition.

SELECT log_partition, last_id FROM log_offsets;
