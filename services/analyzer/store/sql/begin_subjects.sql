-- Purpose:    nobody to compare yet.
-- Parameters: {columns}: what is known of a subject beside the report it is for, who it is, and its moment.
-- Grain:      one row a report and person (and side).

CREATE OR REPLACE TEMP TABLE gathered_subjects (report VARCHAR, person_id VARCHAR, t0 BIGINT, {columns});
