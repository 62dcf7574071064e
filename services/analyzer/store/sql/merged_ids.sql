-- Purpose:    the ids that were merged into a person, and the users its visitors were linked to.
-- Parameters: $site, $person.
-- Grain:      one row an id.

SELECT previous_id FROM user_merges WHERE site_id = $site AND user_id = $person ORDER BY previous_id;
