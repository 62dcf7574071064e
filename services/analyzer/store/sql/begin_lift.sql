-- Purpose:    nobody compared yet.
-- Parameters: none.
-- Grain:      relation lift_persons, one row a campaign and triggered person that was seen in one arm of a campaign
--             that withholds.

CREATE OR REPLACE TEMP TABLE lift_persons (
  campaign_id VARCHAR, person_id VARCHAR, triggered_at BIGINT, served BOOLEAN, converted BOOLEAN, minor BIGINT
);
