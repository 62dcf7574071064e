-- Purpose:    who is in which segment, read before a filter's own segments hide the stored ones.
-- Parameters: $site.
-- Grain:      relation memberships, one row a segment and person; `once` is true for a person's first one.

CREATE OR REPLACE TEMP TABLE memberships AS
SELECT
  person_id, segment_id AS told,
  row_number() OVER (PARTITION BY person_id ORDER BY segment_id) = 1 AS once
FROM segment_members
WHERE site_id = $site;
