-- Purpose:    forget the merges of a site, before they are written anew.
-- Parameters: $site.
-- Grain:      one row a merged id.

DELETE FROM user_merges WHERE site_id = $site RETURNING previous_id, user_id;
