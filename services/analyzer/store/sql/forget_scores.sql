-- Purpose:    delete what was counted for a site that was deleted.
-- Parameters: $site.
-- Grain:      one row a score and person.

DELETE FROM score_values WHERE site_id = $site;
