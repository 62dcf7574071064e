-- Purpose:    those visitors of a user whom other users were, too.
-- Parameters: $site; relations wanted(c0 visitor), names(c0 id): every id of the user.
-- Grain:      one row a visitor.

SELECT DISTINCT anonymous_id
FROM identity_links
WHERE site_id = $site AND anonymous_id IN (SELECT c0 FROM wanted) AND user_id NOT IN (SELECT c0 FROM names);
