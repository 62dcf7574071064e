-- Purpose:    who could be found: people of the window who are no members and have not viewed what the seed viewed.
-- Parameters: relations present, seeds, seed_traces.
-- Grain:      relation subjects, one row a person, a moment after its last message of the window.

CREATE OR REPLACE TEMP TABLE subjects AS
SELECT row_number() OVER (ORDER BY present.person_id) - 1 AS place, present.*
FROM present
LEFT JOIN seed_traces USING (person_id)
ANTI JOIN seeds USING (person_id)
WHERE NOT coalesce(seed_traces.has_viewed, false);
