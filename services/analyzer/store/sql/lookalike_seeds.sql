-- Purpose:    the members of the seed.
-- Parameters: $site, $seed.
-- Grain:      one row a person.

CREATE OR REPLACE TEMP TABLE seeds AS
SELECT DISTINCT person_id FROM segment_members WHERE site_id = $site AND segment_id = $seed;
