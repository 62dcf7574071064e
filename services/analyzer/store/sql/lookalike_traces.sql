-- Purpose:    when each person first did what the seed is defined by, and whether it viewed a video of the definition.
-- Parameters: $1 site, {where}: conditions for either (from $2 on), {views}: conditions for a view.
-- Grain:      one row a person who did.

CREATE OR REPLACE TEMP TABLE seed_traces AS
SELECT person_id, min(ts) AS traced_at, coalesce(bool_or({views}), false) AS has_viewed
FROM people
WHERE site_id = $1 AND person_id IS NOT NULL AND ({where})
GROUP BY person_id;
