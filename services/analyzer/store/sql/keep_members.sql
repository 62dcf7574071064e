-- Purpose:    leave those in a segment who are still the persons that they were: no link and no merge tells otherwise.
-- Parameters: $site, $segment; relation stored_members.
-- Grain:      one row a person. Of people's messages nothing has to be read for them.

INSERT INTO temp.segment_members
SELECT segment_id, person_id, is_user
FROM stored_members
WHERE segment_id = $segment
  AND person_id NOT IN (SELECT anonymous_id FROM identity_links WHERE site_id = $site)
  AND person_id NOT IN (SELECT previous_id FROM user_merges WHERE site_id = $site);
