-- Purpose:    what members did, by the names under which triggers of loyalty are compared.
-- Parameters: relations community_acts, community_members, community_said.
-- Grain:      relation community_behaviours, one row an act of a member; being answered counts at the moment of the answer.

CREATE OR REPLACE TEMP TABLE community_behaviours AS
SELECT person_id, ts, 'event:' || event AS behaviour FROM community_acts
UNION ALL
SELECT person_id, first_ts, 'first:' || first_event FROM community_members
UNION ALL
SELECT person_id, ts, 'topic:' || topic FROM community_acts WHERE topic IS NOT NULL
UNION ALL
SELECT person_id, ts, 'product:' || product_id FROM community_acts WHERE product_id IS NOT NULL
UNION ALL
SELECT asked.person_id, said.ts, 'answered'
FROM community_said AS said
JOIN community_said AS asked ON asked.node = said.parent
WHERE said.person_id <> asked.person_id;
